/** Reads the texts of the pages under docs/codes. */
import type { Files } from './support.js';

/** Declarations that the texts of the pages refer to, unless they contain their own. */
export const PRELUDE = `
policy Example

label private
label untrusted

server mail {
  tool read(folder: string) reads private, untrusted
  tool draft(to: string, body: string)
  tool send(to: string, subject?: string) external
}
server web {
  tool fetch(url: string) external reads untrusted
  tool post(url: string, body: string) external
}
server bank {
  tool balance(account: string)
  tool pay(account: string, amount: int >= 0 <= 10000, currency: "eur" | "usd") irreversible
}

agent assistant
human reviewer
`;

function textsOf(section: string): Files {
    // A text that is not a policy is a file if it has a name.
    const blocks = Array.from(section.matchAll(/^```(?:guardrail ?(\S*)|\w+ (\S+))\n([\s\S]*?)^```$/gm));
    return Object.fromEntries(blocks.map(([, file, other, text]) => [other ?? (file || 'main.guardrail'), text!]));
}

/** The texts under `Wrong`, and under `Right`. */
export function sectionsOf(page: string): readonly [wrong: string, right: string] {
    const [, wrong = '', right = ''] = /\n## Wrong\n([\s\S]*)\n## Right\n([\s\S]*)\n## Why\n/.exec(page) ?? [];
    return [wrong, right];
}

/** The files of a section of the code's page, with the prelude unless they contain all declarations themselves. */
export function filesOfPage(section: string, code: string, page: string): Files {
    const files = textsOf(section);
    const isWholeFile = code === 'GR105' || code === 'GR106' || /^policy /m.test(sectionsOf(page).join(''));
    return isWholeFile ? files : { ...files, 'main.guardrail': PRELUDE + files['main.guardrail']! };
}

export function wrongFiles(page: string, code: string): Files {
    return filesOfPage(sectionsOf(page)[0], code, page);
}
