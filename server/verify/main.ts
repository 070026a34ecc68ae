#!/usr/bin/env node
/** `guardrail-verify`: checks certificates of verdicts against the policy, without the checker. */
import { readFileSync } from 'node:fs';
import { Refused } from './policy.js';
import { reasonOf, reportOf } from './report.js';

const USAGE = `Usage: guardrail-verify <policy> <certificates>

Checks the certificates that \`guardrail check --certificate\` wrote for a policy,
against what \`guardrail export --to json\` writes for it.

Exit codes: 0 every certificate proves its verdict, 1 a certificate is refused,
            2 the command line is wrong, or a file cannot be read
`;

/** The layers of trust that a verdict rests on. */
const LAYERS = `checked:      the rules and the claim, as this program reads them from the data;
              all calls, all values of conditions, and all steps of a history
not checked:  that the data agree with the text of the policy; that judged calls
              can happen; sessions that an agent drops; calls that overlap
`;

const REFUSED = 'GR951';

process.exitCode = main(process.argv.slice(2));

function main(args: readonly string[]): number {
    if (args.includes('--help') || args.includes('-h')) {
        process.stdout.write(USAGE);
        return 0;
    }
    const [policyFile, certificateFile] = args;
    if (policyFile === undefined || certificateFile === undefined || args.length !== 2) {
        return failed('GR902', 'it takes a policy as data, and its certificates', 'See guardrail-verify --help.');
    }
    try {
        const { accepted, refused, without } = reportOf(dataIn(policyFile), dataIn(certificateFile));
        const lines = [
            ...accepted.map((name) => `accepted  ${name}`),
            ...refused.map(({ name, why }) => `refused   ${name}: ${why} (${REFUSED})`),
            ...without.map(({ name, why }) => `without   ${name}: ${why}`)
            // A name or a reason in the file may not pass for another line.
        ].map((line) => line.replace(/[\p{C}\p{Z}]/gu, ' '));
        process.stdout.write(`${lines.join('\n')}\n\n${LAYERS}`);
        return refused.length > 0 ? 1 : 0;
    } catch (error) {
        return failed('GR952', reasonOf(error), 'Name the exported policy, then its certificates.');
    }
}

/** Throws `Refused` if the file cannot be read or is not valid JSON. */
function dataIn(file: string): unknown {
    try {
        return JSON.parse(readFileSync(file, 'utf8'));
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        throw new Refused(`${file} ${code === undefined ? 'is not JSON' : `cannot be read (${code})`}`);
    }
}

function failed(code: string, message: string, help: string): number {
    process.stderr.write(`error[${code}]: ${message}\n  help: ${help}\n`);
    return 2;
}
