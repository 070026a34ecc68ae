import { describe, expect, test } from 'vitest';
import type { Group } from '../../language/generated/ast.js';
import { isGroup } from '../../language/generated/ast.js';
import { toolName } from '../../language/names/inventory.js';
import { selectedTools } from '../../language/names/selectors.js';
import { build } from './support.js';

const INVENTORY = `
label private
trait production
server mail {
    tool read(folder: string) readonly reads private
    tool read_all() hint readonly reads private
    tool send(to: string) external irreversible
}
server repo { tool push() production external tool read_log() }
server \`my-web\` { tool \`get/page\`() hint external tool \`a.b\`() }
group writes = mail.send, repo.push
group outside = external tools, writes
group circle = circle, mail.read
`;

/** The tools of a selector, with `?` after those that only a hint selects. */
async function toolsOf(selector: string): Promise<string[]> {
    const { file, services, document } = await build(`${INVENTORY} group tested = ${selector}`);
    const group = file.elements.filter(isGroup).find((node): node is Group => node.name === 'tested')!;
    const inventory = services.inventory.of(document);
    return group.members.flatMap((member) =>
        [...selectedTools(member, inventory)].map(([tool, value]) => `${toolName(tool)}${value === 2 ? '' : '?'}`)
    );
}

const ALL = ['mail.read', 'mail.read_all', 'mail.send', 'repo.push', 'repo.read_log', 'my-web.get/page', 'my-web.a.b'];

describe('selectors', () => {
    test.each<[string, string[]]>([
        ['mail.read', ['mail.read']],
        ['read', ['mail.read']],
        ['writes', ['mail.send', 'repo.push']],
        ['outside', ['mail.send', 'repo.push', 'my-web.get/page?']],
        ['circle', ['mail.read']],
        ['any tool', ALL],
        ['any tool except mail.*', ['repo.push', 'repo.read_log', 'my-web.get/page', 'my-web.a.b']],
        ['any tool except (mail.*, repo.*, `my-web`.*)', []],
        [
            'any tool except external tools',
            ['mail.read', 'mail.read_all', 'repo.read_log', 'my-web.get/page?', 'my-web.a.b']
        ],
        // A hint leaves open whether the tool is excepted, and whether it is there to be excepted.
        ['external tools except repo.*', ['mail.send', 'my-web.get/page?']],
        ['mail.* except readonly tools', ['mail.read_all?', 'mail.send']],
        ['tools that read private except mail.read', ['mail.read_all']],
        ['writes except (mail.*, repo.* except repo.read_log)', []],
        ['circle except mail.send', ['mail.read']],
        ['mail.read except mail.read', []],
        ['readonly tools', ['mail.read', 'mail.read_all?']],
        ['production tools', ['repo.push']],
        ['irreversible tools', ['mail.send']],
        // A confirmed readonly tool is atomic; a hint does not imply that (M2).
        ['atomic tools', ['mail.read']],
        ['tools that read private', ['mail.read', 'mail.read_all']]
    ])('%s', async (selector, expected) => {
        expect(await toolsOf(selector)).toEqual(expected);
    });
});

describe('patterns', () => {
    test.each<[string, string[]]>([
        ['*', ALL],
        ['*.*', ALL],
        ['*.*.*', ['my-web.a.b']],
        ['mail.*', ['mail.read', 'mail.read_all', 'mail.send']],
        ['*.read', ['mail.read']],
        ['*.read_*', ['mail.read_all', 'repo.read_log']],
        ['read*', ['mail.read', 'mail.read_all', 'repo.read_log']],
        ['*e*d*', ['mail.read', 'mail.read_all', 'mail.send', 'repo.read_log']],
        ['m*l.s*', ['mail.send']],
        ['*a*.*a*', ['mail.read', 'mail.read_all']],
        ['`my-web`.*', ['my-web.get/page', 'my-web.a.b']],
        ['my-web.*', ['my-web.get/page', 'my-web.a.b']],
        ['my-web.a.*', ['my-web.a.b']],
        ['`get/`*', ['my-web.get/page']],
        ['`a.`*', ['my-web.a.b']],
        ['mail.*x', []],
        ['*mail', []]
    ])('%s', async (pattern, expected) => {
        expect(await toolsOf(pattern)).toEqual(expected);
    });

    test('the worst pattern is fast', async () => {
        const long = 'a'.repeat(3000);
        const { diagnostics } = await build(`policy P server z { tool ${long}() } deny ${'*a'.repeat(30)}b`);
        expect(diagnostics.map(({ code }) => code)).toContain('GR406');
    });
});
