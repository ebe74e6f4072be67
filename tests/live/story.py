"""What people say while the bot is being killed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bot.classify.classifier import Classifier
from bot.domain.verdicts import OTHER_TOPIC, Kind
from handlers.likeness import SHARED_TOPICS
from tests.live.compound import Compound

MATTERS: tuple[tuple[str, str], ...] = (
    ("{at}电梯坏了没人管，停在一楼好几天了", "{at}的电梯还是坏的，老人上不去楼"),
    ("{at}楼道灯不亮了，晚上黑乎乎的看不见", "{at}楼道的灯真的不亮，昨天差点摔了"),
    ("{at}楼道里垃圾堆了三天没人清，臭死了", "{at}的垃圾真的没人清，苍蝇乱飞"),
    ("{at}下水道堵了，污水都返上来了", "{at}下水道堵得厉害，我家厨房也返水"),
    ("{at}单元门的门禁坏了，刷卡打不开", "{at}门禁坏了好几天，谁都能进来"),
    ("{at}楼顶漏水，墙皮都掉下来了", "{at}漏水漏到我家来了，墙都湿了"),
    ("{at}楼上半夜装修施工，吵得睡不着", "{at}半夜还在施工，吵得孩子直哭"),
    ("{at}消防通道被私家车堵死了", "{at}的消防通道又被车堵了，没人管"),
)
"""A complaint, and another household's words on the same."""
BUILDINGS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12")
UNITS = ("1", "2", "3", "4")
_TALK = Path(__file__).parents[1] / "data" / "examples.jsonl"


@dataclass(slots=True)
class Matter:
    """One thing that is wrong, and who said so where."""

    complaint: str
    voice: str
    chat: int = 0
    message: int = 0
    person: int = 0
    text: str = ""
    photo: bool = False


def matters(classifier: Classifier, dice: Random) -> list[Matter]:
    """Matters that are each other's strangers: no two agree in topic and place, and the sorter sees all as complaints.

    Raises AssertionError where the rules leave too few topics to tell a story with.
    """
    kinds: dict[str, tuple[str, str]] = {}
    for pair in MATTERS:
        said = [classifier.classify(words.format(at="3栋2单元")) for words in pair]
        alike = said[0].topic == said[1].topic and said[0].topic not in kinds
        complaints = all(
            v.kind is Kind.COMPLAINT and v.danger is None and v.topic not in (*SHARED_TOPICS, OTHER_TOPIC)
            for v in said
        )
        silent = not any(classifier.act(words.format(at="3栋2单元")) for words in pair)
        if alike and complaints and silent:
            kinds[said[0].topic] = pair
    assert len(kinds) >= 4, f"the rules see complaints only about {sorted(kinds)}"
    places = [f"{building}栋{unit}单元" for building in BUILDINGS for unit in UNITS]
    found = [
        Matter(complaint.format(at=at), voice.format(at=at))
        for complaint, voice in kinds.values()
        for at in places
    ]
    dice.shuffle(found)
    return found


def chatter(classifier: Classifier) -> list[str]:
    """What people say that neither reports nor asks for anything."""
    examples = [json.loads(line) for line in _TALK.read_text(encoding="utf-8").splitlines()]
    lines = [
        example["text"]
        for example in examples
        if example["label"] == "chatter" and not example.get("trap") and not classifier.act(example["text"])
    ]
    assert len(lines) >= 50
    return lines


class Story:
    """Feeds the town, one message after the other, and remembers what was said."""

    def __init__(self, compound: Compound, classifier: Classifier, dice: Random) -> None:
        self._do = compound.server.do
        self._groups = compound.owners
        self._workers = tuple(compound.people.values())
        self._dice = dice
        self._untold = matters(classifier, dice)
        self._chatter = chatter(classifier)
        self._people = iter(range(100_000, 1_000_000))
        self._talkers = [self._somebody() for _ in range(30)]
        self.told: list[Matter] = []
        self.said: list[tuple[str, str]] = []
        """(chat, message) of everything that was written."""
        self.presses: list[str] = []

    def feed(self, count: int) -> None:
        """So many things happen."""
        for _ in range(count):
            happens = self._dice.choices(
                (self._complains, self._joins, self._edits, self._accepts, self._talks),
                (12, 12, 4, 12, 60),
            )[0]
            happens()

    @property
    def happened(self) -> int:
        """How many messages and presses there were."""
        return len(self.said) + len(self.presses)

    def _somebody(self) -> int:
        number = next(self._people)
        self._do("person", number=number, first_name=f"邻居{number % 1000}")
        return number

    def _says(self, how: str, chat: int, **said: object) -> int:
        message: int = self._do(how, chat=chat, **said)
        self.said.append((str(chat), str(message)))
        return message

    def _talks(self) -> None:
        chat, talker = self._dice.choice(self._groups), self._dice.choice(self._talkers)
        self._says("says", chat, person=talker, text=self._dice.choice(self._chatter))

    def _complains(self) -> None:
        if not self._untold:
            self._talks()
            return
        matter = self._untold.pop()
        matter.chat, matter.person, matter.text = (
            self._dice.choice(self._groups),
            self._somebody(),
            matter.complaint,
        )
        matter.photo = self._dice.random() < 0.15
        if matter.photo:
            name = f"photo-{len(self.told)}"
            matter.message = self._says(
                "sends_photo", matter.chat, person=matter.person, name=name, caption=matter.text
            )
        else:
            matter.message = self._says("says", matter.chat, person=matter.person, text=matter.text)
        self.told.append(matter)

    def _joins(self) -> None:
        if self.told:
            matter = self._dice.choice(self.told)
            self._says("says", matter.chat, person=self._somebody(), text=matter.voice)

    def _edits(self) -> None:
        if not self.told:
            return
        matter = self._dice.choice(self.told)
        matter.text = f"{matter.complaint}，请尽快来看看"
        self._do("edits", chat=matter.chat, message=matter.message, text=matter.text)

    def _accepts(self) -> None:
        """A worker presses 接单 under the newest card, perhaps twice."""
        for worker in self._dice.sample(self._workers, len(self._workers)):
            for message, data in _buttons(self._do("sent", chat=worker), ":accept"):
                for _ in range(self._dice.choice((1, 1, 2))):
                    self.presses.append(
                        self._do("press", person=worker, chat=worker, message=message, data=data)
                    )
                return


def _buttons(messages: Sequence[dict[str, object]], ending: str) -> Iterator[tuple[int, str]]:
    for message in reversed(messages):
        markup = message.get("reply_markup")
        rows = markup["inline_keyboard"] if isinstance(markup, dict) else []
        for button in (button for row in rows for button in row):
            if button["callback_data"].endswith(ending):
                assert isinstance(message["message_id"], int)
                yield message["message_id"], button["callback_data"]
