/** Generates a workspace of a hundred files and 5,000 lines: inventories, and policies that import them. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const INVENTORIES = 20;
const POLICIES = 80;
const LINES = 50;

export interface Workspace {
    readonly root: string;
    readonly files: number;
    readonly lines: number;
    uri(file: string): string;
    read(file: string): string;
}

export function writeWorkspace(folder: string): Workspace {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const texts = [
        ...Array.from({ length: INVENTORIES }, (_, index) => [inventoryFile(index), inventory(index)] as const),
        ...Array.from({ length: POLICIES }, (_, index) => [policyFile(index), policy(index)] as const)
    ];
    texts.forEach(([file, text]) => writeFileSync(join(folder, file), text));
    return {
        root: pathToFileURL(folder).href,
        files: texts.length,
        lines: texts.reduce((sum, [, text]) => sum + text.split('\n').length - 1, 0),
        uri: (file) => pathToFileURL(join(folder, file)).href,
        read: (file) => readFileSync(join(folder, file), 'utf8')
    };
}

/** The name of an inventory, which four policies import. */
export const inventoryFile = (index: number): string => `tools-${index}.guardrail`;
export const policyFile = (index: number): string => `policy-${index}.guardrail`;

export function inventory(index: number): string {
    const lines = [`label private${index}`, `label untrusted${index}`, `server s${index} {`];
    while (lines.length < LINES - 1) {
        const tool = lines.length - 3;
        const effect = tool % 5 === 0 ? ` reads private${index}` : tool % 7 === 0 ? ' external' : '';
        lines.push(`  tool t${tool}(account: string, amount: int)${effect}`);
    }
    return `${[...lines, '}'].join('\n')}\n`;
}

export function policy(index: number, length = LINES): string {
    const number = index % INVENTORIES;
    const tool = (n: number): string => `s${number}.t${n % (LINES - 4)}`;
    const head = [
        `/** Policy number ${index}. */`,
        `policy P${index}`,
        `import "./${inventoryFile(number)}"`,
        'agent assistant',
        'human reviewer',
        `allow assistant: s${number}.*`
    ];
    const claims = [
        `claim "private data stays": never ${tool(7)} after ${tool(0)}`,
        `claim "payments are approved": never ${tool(3)} when amount > 100 unless approved by reviewer`,
        `claim "few orders": at most 3 ${tool(4)}`
    ];
    const rules = Array.from({ length: length - head.length - claims.length }, (_, rule) => {
        const [first, second] = [tool(index + 3 * rule), tool(index + 3 * rule + 1)];
        switch (rule % 4) {
            case 0:
                return `deny ${first} when amount > ${100 + rule}`;
            case 1:
                return `require approval by reviewer for ${first} when amount > ${500 + rule}`;
            case 2:
                return `deny ${first} when carries private${number} and amount > ${rule}`;
            default:
                return rule < 8
                    ? `require once ${second} within 1h for ${first}`
                    : `deny ${first} unless once ${second}`;
        }
    });
    return `${[...head, ...rules, ...claims].join('\n')}\n`;
}
