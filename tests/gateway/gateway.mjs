// A WeChat gateway to test against: wechaty's own puppet server around a pretend account, steered over HTTP.
//
//   node gateway.mjs GRPC_PORT CONTROL_PORT [tls]
//
// The gateway token is read from the environment (GATEWAY_KEY), so that it stands in no process list; with "tls", a
// certificate and its key are read from the files GATEWAY_CERT and GATEWAY_CERT_KEY.
// POST /NAME with a JSON object on the control port does one thing; the answer is JSON. See `doings` below.
import fs from 'node:fs'
import http from 'node:http'
import process from 'node:process'
import { FileBox } from 'file-box'
import * as PUPPET from 'wechaty-puppet'
import { PuppetMock } from 'wechaty-puppet-mock'
import { PuppetServer } from 'wechaty-puppet-service'

const [grpcPort, controlPort, tls] = process.argv.slice(2)
const SELF = 'wxid_linli'
const { Message, Contact, ContactGender, Friendship } = PUPPET.types

const contacts = new Map([[SELF, { friend: true, name: '邻里' }]])
const rooms = new Map()
const messages = new Map()
const files = new Map()
const friendships = new Map()
const sent = []
const troubles = []
let lastId = 0

const nextId = () => `m${process.pid}-${++lastId}`
const sleep = seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000))

// The first planned trouble of this sort is used up: {kind: 'late' | 'fail' | 'lost', seconds, reason}
const trouble = kinds => {
  const at = troubles.findIndex(one => kinds.includes(one.kind))
  return at < 0 ? undefined : troubles.splice(at, 1)[0]
}

class PretendPuppet extends PuppetMock {

  async onStart () {
    setImmediate(() => { if (!this.isLoggedIn && !this.loggedOut) this.login(SELF) })
  }

  async onStop () {}

  async contactRawPayload (id) {
    const known = contacts.get(id)
    if (!known) throw new Error(`no contact ${id}`)
    return { avatar: '', gender: ContactGender.Unknown, phone: [], type: Contact.Individual, id, ...known }
  }

  async contactList () { return [...contacts.keys()] }

  async roomRawPayload (id) {
    const known = rooms.get(id)
    if (!known) throw new Error(`no room ${id}`)
    return { adminIdList: [], id, memberIdList: [...known.members.keys()], topic: known.topic }
  }

  async roomList () { return [...rooms.keys()] }
  async roomMemberList (id) { return [...(rooms.get(id)?.members.keys() ?? [])] }

  async roomMemberRawPayload (roomId, contactId) {
    const alias = rooms.get(roomId)?.members.get(contactId)
    if (alias === undefined) throw new Error(`${contactId} is not in ${roomId}`)
    return { avatar: '', id: contactId, name: contacts.get(contactId)?.name ?? '', roomAlias: alias }
  }

  async roomQuit (id) { rooms.delete(id) }

  async messageRawPayload (id) {
    const slow = trouble(['slow-payload'])
    if (slow) await sleep(slow.seconds)
    if (trouble(['fail-payload'])) throw new Error('the payload cannot be had now')
    const known = messages.get(id)
    if (!known) throw new Error(`no message ${id}`)
    return known
  }

  async messageImage (id) { return this.messageFile(id) }

  async messageFile (id) {
    const bytes = files.get(id)
    if (!bytes) throw new Error(`no file of ${id}`)
    return FileBox.fromBuffer(bytes, 'photo.png')
  }

  async messageSendText (conversation, text, mentions) {
    return this.take(conversation, { mentions: mentions ?? [], text })
  }

  async messageSendFile (conversation, file) {
    const buffer = await file.toBuffer()
    return this.take(conversation, { bytes: buffer.length, file: file.name })
  }

  async take (conversation, what) {
    const planned = trouble(['late', 'fail', 'lost'])
    if (planned?.kind === 'fail') throw new Error(planned.reason ?? 'not sent')
    if (!this.isLoggedIn) throw new Error('not logged in')
    const room = rooms.get(conversation)
    if (!room && !contacts.get(conversation)?.friend) throw new Error('not a friend')
    if (planned?.kind !== 'late' || planned.delivers !== false) this.deliver(conversation, what)
    const id = sent.at(-1)?.id
    if (planned?.kind === 'late') await sleep(planned.seconds)
    if (planned?.kind === 'lost') await sleep(3600)
    return id
  }

  // As WeChat does: what the account itself wrote comes back to it as a message of its own.
  deliver (conversation, what) {
    const id = nextId()
    sent.push({ id, to: conversation, ...what })
    const room = rooms.has(conversation)
    messages.set(id, {
      id,
      ...(room ? { mentionIdList: what.mentions ?? [], roomId: conversation } : { listenerId: conversation }),
      talkerId: SELF,
      text: what.text ?? '',
      timestamp: Date.now(),
      type: what.text === undefined ? Message.Attachment : Message.Text,
    })
    setImmediate(() => this.emit('message', { messageId: id }))
  }

  async friendshipRawPayload (id) { return friendships.get(id) }

  async friendshipAccept (id) {
    const asked = friendships.get(id)
    contacts.get(asked.contactId).friend = true
    sent.push({ accepted: asked.contactId })
  }

}

const puppet = new PretendPuppet()
let server

const start = async () => {
  server = new PuppetServer({
    endpoint: `127.0.0.1:${grpcPort}`,
    puppet,
    tls: tls === 'tls'
      ? { serverCert: fs.readFileSync(process.env.GATEWAY_CERT), serverKey: fs.readFileSync(process.env.GATEWAY_CERT_KEY) }
      : { disable: true },
    token: process.env.GATEWAY_KEY,
  })
  await server.start()
}

const heard = ({ id, from, room, text, mentions, type, image, age_s: age }) => {
  const message = id ?? nextId()
  messages.set(message, {
    id: message,
    ...(room ? { mentionIdList: mentions ?? [], roomId: room } : { listenerId: SELF }),
    talkerId: from,
    text: text ?? '',
    timestamp: Date.now() - (age ?? 0) * 1000,
    type: type ?? (image ? Message.Image : Message.Text),
  })
  if (image) files.set(message, Buffer.from(image, 'base64'))
  puppet.emit('message', { messageId: message })
  return { message }
}

const doings = {
  // People and rooms.
  contact: ({ id, name, friend }) => { contacts.set(id, { friend: friend ?? false, name }) },
  room: ({ id, topic, members }) => { rooms.set(id, { members: new Map(Object.entries(members)), topic }) },
  join: async ({ room, who, alias }) => {
    rooms.get(room).members.set(who, alias ?? '')
    await puppet.dirtyPayload(PUPPET.types.Payload.Room, room)
    puppet.emit('room-join', { inviteeIdList: [who], inviterId: SELF, roomId: room, timestamp: Date.now() })
  },
  leave: async ({ room, who }) => {
    rooms.get(room).members.delete(who)
    await puppet.dirtyPayload(PUPPET.types.Payload.Room, room)
    puppet.emit('room-leave', { removeeIdList: [who], removerId: who, roomId: room, timestamp: Date.now() })
  },
  topic: async ({ room, topic, who }) => {
    const before = rooms.get(room).topic
    rooms.get(room).topic = topic
    await puppet.dirtyPayload(PUPPET.types.Payload.Room, room)
    puppet.emit('room-topic', { changerId: who, newTopic: topic, oldTopic: before, roomId: room, timestamp: Date.now() })
  },
  befriend: ({ id, contact, hello }) => {
    friendships.set(id, { contactId: contact, hello, id, ticket: 't', timestamp: Date.now(), type: Friendship.Receive })
    puppet.emit('friendship', { friendshipId: id })
  },
  // What is said.
  say: heard,
  burst: ({ count, from, room, text }) => {
    for (let n = 1; n <= count; n++) heard({ from, room, text: text.replaceAll('{n}', String(n)) })
  },
  replay: ({ message }) => { puppet.emit('message', { messageId: message }) },
  recall: ({ message, from, room }) => heard({ from, room, text: message, type: Message.Recalled }),
  // The account and the line.
  login: () => { puppet.loggedOut = false; if (!puppet.isLoggedIn) puppet.login(SELF) },
  logout: async () => { puppet.loggedOut = true; await puppet.logout('on the phone') },
  scan: ({ qrcode }) => { puppet.emit('scan', { qrcode, status: PUPPET.types.ScanStatus.Waiting }) },
  error: ({ text }) => { puppet.emit('error', { data: text, gerror: JSON.stringify({ message: text }) }) },
  plan: one => { troubles.push(one) },
  stop: async () => { await server.stop() },
  start,
  // What came of it.
  sent: () => sent,
}

http.createServer((request, response) => {
  let body = ''
  request.on('data', part => { body += part })
  request.on('end', async () => {
    try {
      const doing = doings[request.url.slice(1)]
      if (!doing) throw new Error(`no doing ${request.url}`)
      const answer = await doing(body ? JSON.parse(body) : {})
      response.end(JSON.stringify(answer ?? null))
    } catch (error) {
      response.statusCode = 500
      response.end(JSON.stringify(String(error?.stack ?? error)))
    }
  })
}).listen(Number(controlPort), '127.0.0.1')

process.on('unhandledRejection', error => console.error('unhandled', error?.message))
await start()
console.log('ready')
