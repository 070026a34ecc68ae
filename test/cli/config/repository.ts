/** A team's repository that extends the configuration of a platform team's package. */
import { folder, guardrail } from '../guardrail.js';

export const PACKAGE = 'node_modules/@acme/guardrails';

export const packs = `
/** Nothing that was read leaves through \`sink\` unless \`gate\` approves. */
pack StaysIn(source: tools, sink: tools = external tools, gate: human, most: int = 3) {
  require approval by gate for sink when once source
  limit sink to most
  claim "nothing leaves alone": never sink after source unless approved by gate
}
`;

export const INVENTORY = `
label private
server mail {
  tool read(folder: string) readonly reads private
  tool send(to: string) external
}
server wiki {
  tool write(page: string) external
}
agent assistant
human reviewer
`;

export function policy(use: string, from = '@acme/guardrails'): string {
    return `policy Mail\n\nimport { StaysIn } from "${from}"\n${INVENTORY}\nallow assistant: any tool\n${use}\n`;
}

export const KEPT = policy('use StaysIn(source: tools that read private, gate: reviewer)');
export const WITHOUT = `policy Mail\n${INVENTORY}\nallow assistant: mail.read\nclaim: never mail.send\n`;

export const REQUIRE = {
    pack: 'StaysIn',
    arguments: { sink: { includes: 'external tools' }, most: { atMost: 5 } },
    because: 'private mail stays in'
};

export type Json = { readonly [key: string]: unknown };

export function repository(
    own: Json,
    given: Json,
    files: { readonly [path: string]: string }
): { readonly [path: string]: string } {
    return {
        '.git/HEAD': '',
        'guardrail.config.json': JSON.stringify({ extends: '@acme/guardrails', ...own }),
        [`${PACKAGE}/package.json`]: JSON.stringify({
            name: '@acme/guardrails',
            version: '1.2.0',
            guardrail: './packs.guardrail'
        }),
        [`${PACKAGE}/packs.guardrail`]: packs,
        [`${PACKAGE}/guardrail.config.json`]: JSON.stringify({ require: [REQUIRE], ...given }),
        ...files
    };
}

/** The codes of messages that these policies have anyway. */
export const BESIDE = ['GR408', 'GR440', 'GR598'];

export async function check(
    files: { readonly [path: string]: string },
    ...args: string[]
): Promise<{ readonly code: number | null; readonly found: readonly string[]; readonly text: string }> {
    const { code, stdout, stderr } = await guardrail(['check', '--format', 'compact', '--no-cache', ...args], {
        cwd: folder(files)
    });
    const text = stdout + stderr;
    const codes = Array.from(text.matchAll(/\[(GR\d+)\]/g), ([, each]) => each!);
    return { code, text, found: [...new Set(codes)].filter((each) => !BESIDE.includes(each)).sort() };
}
