/** A member of the family in Promela: a process for each agent and, with `ahead`, one for the human. */
import type { FamilyTool, Member } from './model.js';
import { maskOf, MODES, range } from './model.js';
import { sinkTexts } from './sink.js';

export function promelaText(member: Member): string {
    const { agents, sinks, inventory, encoding } = member;
    const calls = inventory.map((tool, index) => callText(member, tool, index));
    const grants = range(sinks).map((sink) => step(`!(granted & ${1 << sink})`, [`granted = granted | ${1 << sink}`]));
    const state = encoding === 'ahead' ? 'byte tainted; byte granted;' : `byte tainted[${agents}];`;
    const human = encoding === 'ahead' ? processText('active proctype Human()', grants) : '';
    return `${state}
byte called[${agents}]; byte mode[${agents}];

${processText(`active [${agents}] proctype Agent()`, calls)}
${human}`;
}

/** In this model, ending in any state is not a deadlock. */
function processText(head: string, steps: readonly string[]): string {
    return `${head} {\nend: do\n${steps.join('\n')}\n  od\n}\n`;
}

function step(guard: string, statements: readonly string[]): string {
    return `  :: d_step { ${guard} -> ${statements.join('; ')} }`;
}

function callText(member: Member, { modes, reads, forbidden, advances }: FamilyTool, index: number): string {
    const { encoding, calls } = member;
    const tainted = encoding === 'ahead' ? 'tainted' : 'tainted[_pid]';
    const guards = [`called[_pid] < ${calls}`, `((${maskOf(modes)} >> mode[_pid]) & 1)`];
    const statements: string[] = [];
    if (forbidden) {
        const { guard, claim } = sinkTexts(member, index, {
            tainted,
            granted: 'granted',
            called: (agent) => `called[${agent}]`
        });
        guards.push(...(guard === undefined ? [] : [guard]));
        statements.push(`assert(${claim})`);
        if (encoding === 'ahead') {
            statements.push(`granted = granted & ${255 & ~(1 << index)}`);
        }
    }
    if (reads.length > 0) {
        statements.push(`${tainted} = ${tainted} | ${maskOf(reads)}`);
    }
    statements.push('called[_pid] = called[_pid] + 1');
    if (advances) {
        statements.push(`mode[_pid] = (mode[_pid] + 1) % ${MODES}`);
    }
    return step(guards.join(' && '), statements);
}
