/**
 * Writes AgentDojo's banking suite as the scenarios at the end of banking.guardrail. The expected decision on each call
 * comes from the labels of the tools here, not from the policy, so that the scenarios test the policy.
 *
 *     node examples/banking/scenarios.mjs            write them
 *     node examples/banking/scenarios.mjs --check    fail if they are out of date
 */
import { readFileSync, writeFileSync } from 'node:fs';

const POLICY = new URL('./banking.guardrail', import.meta.url);
const SUITE = new URL('./data/agentdojo-banking.json', import.meta.url);
const MARK = '// ---- AgentDojo, banking suite. Written by scenarios.mjs: change that, not this. ----\n';
const WIDTH = 120;

const suite = JSON.parse(readFileSync(SUITE, 'utf8'));
const before = readFileSync(POLICY, 'utf8');
const after = before.split(MARK)[0].trimEnd() + '\n\n' + MARK + '\n' + scenariosOf(suite).join('\n\n') + '\n';

if (!process.argv.includes('--check')) {
    writeFileSync(POLICY, after);
} else if (before !== after) {
    console.error('The scenarios are out of date. Run: node examples/banking/scenarios.mjs');
    process.exitCode = 1;
}
console.log(`banking.guardrail: ${suite.user_tasks.length} user tasks, ${suite.injection_tasks.length} attacks`);

function scenariosOf({ user_tasks: tasks, injection_tasks: attacks, injection_vectors: vectors }) {
    return [
        ...tasks.map((task) => scenario(`honest: ${task.id}`, task.prompt, task.ground_truth, 'approves')),
        // Any vector can carry any attack: the attacks use the vectors in turn.
        ...attacks.map((attack, index) => {
            const read = readingCall(vectors[index % vectors.length]);
            return scenario(`attack: ${attack.id}`, attack.goal, [read, ...attack.ground_truth], 'refuses');
        })
    ];
}

function scenario(name, doc, calls, answer) {
    const lines = [...docComment(doc), `scenario "${name}":`];
    let heardOutsider = false;
    for (const call of calls) {
        const labels = suite.labels.tools[call.tool];
        const held = needsUser(call.tool, labels, heardOutsider);
        lines.push(callStep(call, held ? 'held' : 'allowed'));
        if (held) {
            lines.push(`  user ${answer} bank.${call.tool}`);
            if (answer === 'approves') {
                lines.push(callStep(call, 'allowed'));
            }
        }
        heardOutsider ||= labels.reads_untrusted;
    }
    return lines.join('\n');
}

/** The prompts in the data are cut at 200 characters. */
function docComment(prompt) {
    const text = prompt.replaceAll('*/', '* /') + (prompt.length === 200 ? '…' : '');
    if (text.length <= WIDTH - '/**  */'.length) {
        return [`/** ${text} */`];
    }
    const lines = text.match(new RegExp(`.{1,${WIDTH - 3}}(?: |$)`, 'g'));
    return ['/**', ...lines.map((line) => ` * ${line.trimEnd()}`), ' */'];
}

/** The password and agreed payments in all cases; other effects once an outsider may have asked for them. */
function needsUser(tool, labels, heardOutsider) {
    const always = tool === 'update_password' || tool === 'update_scheduled_transaction';
    return always || (heardOutsider && (labels.money || labels.access_change));
}

/** The call whose answer contains the vector. */
function readingCall({ found_at: [place] }) {
    const file = /^filesystem\.files\.(.+)$/.exec(place)?.[1];
    if (file !== undefined) {
        return { tool: 'read_file', args: { file_path: file } };
    }
    if (place.startsWith('bank_account.transactions[')) {
        return { tool: 'get_most_recent_transactions', args: {} };
    }
    throw new Error(`no tool is known to return ${place}`);
}

function callStep({ tool, args }, expected) {
    const texts = Object.entries(args).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
    const line = `  assistant calls bank.${tool}(${texts.join(', ')}) -> ${expected}`;
    return line.length <= WIDTH
        ? line
        : `  assistant calls bank.${tool}(\n${texts.map((text) => `    ${text}`).join(',\n')}\n  ) -> ${expected}`;
}
