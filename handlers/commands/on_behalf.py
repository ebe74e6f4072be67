"""登记: a matter filed for somebody without a phone."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.classify.classifier import Classifier
from bot.classify.rulebook import Rulebook
from bot.domain.messages import Outgoing
from bot.domain.places import NOWHERE, Place
from bot.domain.verdicts import OTHER_TOPIC, Kind, Verdict
from handlers.commands.base import Invocation, private_chat, privately
from handlers.commands.numbers import usage_of
from handlers.commands.vocabulary import KINDS, of_a_matter, topic_in
from handlers.context import Context, Refused
from handlers.faces import holder, matter
from handlers.filing import Report, file

_PHONE = re.compile(
    r"(?<!\d)(?:\+?86[ -]?)?(1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]?\d{7,8}|\d{7,8})(?!\d)"
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤马金"
)
_TITLE = "(?:奶奶|爷爷|阿姨|叔叔|大爷|大妈|大娘|大叔|大婶|大伯|大姐|大哥|伯伯|婆婆|先生|女士|太太|老师|师傅|老人|姐|哥|婶|伯|姨|叔)"
_TITLED = re.compile(
    rf"(?:[老小]?[{_SURNAMES}][\u4e00-\u9fff]{{0,2}}?{_TITLE}|[老小][{_SURNAMES}]|[{_SURNAMES}]老)"
)
_NAME = re.compile(rf"[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}|欧阳[\u4e00-\u9fff]{{1,2}}")
# "3栋501王奶奶家马桶堵了": the one who lives there. "王奶奶家的狗" may be what the matter is about.
_AT_HOME = re.compile(rf"(?<=[\d室号户栋元])({_TITLED.pattern})(?!家(?:的|狗|养|装修|吵))")
_CALLED = re.compile(r"(?:姓名|名字|联系人|报修人|住户)\s*[:：]\s*([\u4e00-\u9fff]{1,8})")
_CUT = re.compile(r"[\s,，;；、。]+")
_LABEL = re.compile(r"(?:电话|手机号?|联系电话|地址|位置|住址|事项|内容|问题)\s*[:：]\s*")
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Dictated:
    """What a line of dictation says."""

    matter: str
    name: str = ""
    phone: str = ""
    place: Place = NOWHERE
    kind: Kind | None = None


def understand(text: str, classifier: Classifier, book: Rulebook) -> Dictated:
    """Place, name, phone and matter in any order; what is none of the first three is the matter."""
    phone = _PHONE.search(text)
    said = text[: phone.start()] + " " + text[phone.end() :] if phone else text
    called = _CALLED.search(said)
    said = _LABEL.sub(" ", said[: called.start()] + " " + said[called.end() :] if called else said)
    tokens = [token for token in _CUT.split(said) if token]
    kind = KINDS.get(tokens[0]) if tokens else None
    if kind is Kind.COMPLAINT or kind is Kind.WISH:
        tokens = tokens[1:]
    else:
        kind = None
    place, rest = NOWHERE, []
    for token in tokens:
        found = classifier.only_place(token)
        # A lone number could be anything; with a building's word or a room beside it, it is a place.
        if found and not token.isdigit():
            place = place.over(found)
        else:
            rest.append(token)
    name = called[1] if called else ""
    if not name:
        name, rest = _named(rest, classifier, book)
    matter = " ".join(rest)
    return Dictated(
        matter, name, phone[0].strip() if phone else "", place.over(classifier.place(matter)), kind
    )


def _named(tokens: list[str], classifier: Classifier, book: Rulebook) -> tuple[str, list[str]]:
    """The token that is a name, and the others. A name inside the matter stays there too, so that nothing is lost."""
    for index, token in enumerate(tokens):
        if _TITLED.fullmatch(token):
            return token, tokens[:index] + tokens[index + 1 :]
    for index, token in enumerate(tokens):
        if len(tokens) > 1 and _NAME.fullmatch(token) and _unheard_of(token, classifier, book):
            return token, tokens[:index] + tokens[index + 1 :]
    glued = _AT_HOME.search(" ".join(tokens))
    return (glued[1] if glued else ""), tokens


def _unheard_of(word: str, classifier: Classifier, book: Rulebook) -> bool:
    """Whether a word is no common one: 马桶 and 高空 begin like names. Of three characters most are names."""
    return not of_a_matter(book, word) and (len(word) > 2 or len(classifier.explain(word).words) > 1)


def new(invocation: Invocation) -> list[Outgoing]:
    """File it, and repeat in private what was understood, so that a slip is seen at once."""
    context, actor = invocation.context, invocation.actor
    private_chat(invocation)
    said = understand(invocation.rest, context.files.classifier, context.files.rulebook)
    if not said.matter:
        raise Refused(
            "command.usage" if not invocation.rest else "command_new.no_matter", usage=usage_of(invocation)
        )
    report = Report(
        text=said.matter[:_LONGEST],
        verdict=verdict(context, said),
        reporter=None,
        reporter_name=said.name,
        at=invocation.said.sent_at,
        contact=said.phone,
        on_behalf=True,
    )
    ticket, out = file(context, report)
    context.store.tickets.note(ticket, context.now, "on_behalf", actor.kind, actor.account)
    unsaid = context.say("command_new.unsaid")
    text = context.say(
        "command_new.done",
        number=ticket.number,
        kind=context.say(f"kind.{ticket.kind.value}"),
        matter=matter(ticket),
        place=ticket.place.full() or context.say("card.no_place"),
        name=said.name or unsaid,
        phone=said.phone or unsaid,
        text=ticket.text,
        holder=holder(context, ticket),
    )
    return [*out, *privately(invocation, text)]


def verdict(context: Context, said: Dictated) -> Verdict:
    """The rules' verdict; whoever dictates it knows that it is a matter, so chatter becomes a complaint."""
    found = context.files.classifier.classify(said.matter)
    if found.kind in (Kind.CHATTER, Kind.NOTICE):
        topic = topic_in(context.files.rulebook, said.matter) or OTHER_TOPIC
        found = Verdict(Kind.COMPLAINT, topic)
    if said.kind is not None and found.danger is None:
        found = replace(found, kind=said.kind)
    return replace(found, place=said.place)
