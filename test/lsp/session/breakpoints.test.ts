/** Tests the lines of a file where a session can stop. */
import { expect, test } from 'vitest';
import { breakpointPlaces } from '../../../server/lsp/session/connect.js';
import { open } from '../support.js';

const POLICY = `policy P
import { NoExfiltration } from "guardrail/std"
import "./tools.guardrail"
agent bot
human boss

@source("mail")
allow bot: mail.read,
  mail.send
claim "c": never mail.send after mail.read
use NoExfiltration(source: mail.read, gate: boss)
scenario "s":
  bot calls mail.read() -> allowed
  wait 10m
modes m {
  work initial {
    deny mail.send
  }
}
pack Held(sinks: tools) {
  require approval by boss for sinks
}
`;
const TOOLS = 'server mail { tool read() reads private  tool send() }\nlabel private\n';

test('are at rules without their annotations, uses of packs, and steps', async () => {
    const { document } = await open({ 'main.guardrail': POLICY, 'tools.guardrail': TOOLS });
    expect(document.parseResult.parserErrors.map(({ message }) => message)).toEqual([]);
    expect(breakpointPlaces(document).map(({ first, last }) => [first + 1, last + 1])).toEqual([
        [8, 9],
        [11, 11],
        [13, 13],
        [14, 14],
        [17, 17],
        [21, 21]
    ]);
});
