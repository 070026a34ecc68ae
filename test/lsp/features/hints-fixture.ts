/** Tools for which patterns, groups and labels have hints. */
export const INVENTORY = `label private
label untrusted
server mail {
  tool read(folder: string) returns (ok: bool) reads private reads untrusted when result.ok == true
  tool send(to: string, body: string) external
}
server web {
  /** Gets a page. */
  tool get(url: string) reads untrusted
  tool post(url: string, body: string) external
  tool put(url: string) hint external
  tool clear() clears private
  tool list()
}
agent bot
group some = mail.read, web.post
signal risk(text: string): 0..100
/** One of ours. */
define ours(address: string, strict: bool, w: duration) = address == "x" and strict and once mail.read within w
/** Asks first. */
pack Gate(sink: tools) {
  deny sink when once some
}
`;
