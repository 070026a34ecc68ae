/** `guardrail export`: writes the system of a claim, its session, a policy or a drawing of it, for other tools. */
import { verdictWord } from '../../../checker/results/verdict-words.js';
import { basename, extname, resolve } from 'node:path';
import { checkPolicy } from '../../../checker/check.js';
import { cedarOf } from '../../../export/cedar/policies.js';
import { dogwoodOf } from '../../../export/dogwood/policies.js';
import { flowDot, stateDot } from '../../../export/dot.js';
import { flowOf } from '../../../export/flow.js';
import { type GuardedSystem, guardedSystemOf } from '../../../export/guarded.js';
import { itfOf } from '../../../export/itf.js';
import { policyJson, systemJson } from '../../../export/json.js';
import { flowDiagram, modeDiagram, sequenceDiagram } from '../../../export/mermaid.js';
import { promelaOf } from '../../../export/promela.js';
import { TLC_CONFIGURATION, tlaOf } from '../../../export/tla.js';
import { Unexportable } from '../../../export/unexportable.js';
import type { Limits, Trace } from '../../../checker/results/result.js';
import type { Claim, Policy } from '../../../model/policy/policy.js';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import type { SearchOptions } from '../../config/flags.js';
import { assertNotAnInput, assertWritable, writeAtomically } from '../../terminal/output.js';
import { loadPolicy } from '../../../workspace/load-policy.js';
import { withPlaces } from '../../reports/json.js';
import { inTime } from '../../time-limit.js';
import type { Terminal } from '../../terminal/terminal.js';
import type { ExportFormat } from '../../reports/formats.js';
import { pathFrom } from '../../reports/context.js';

export interface ExportOptions extends SearchOptions {
    readonly to: ExportFormat;
    readonly claim?: string;
    /** The name of the machine whose modes are drawn; true for a policy that has only one machine. */
    readonly modes?: string | true;
    readonly output?: string;
}

export async function exportPolicy(file: string, options: ExportOptions, terminal: Terminal): Promise<ExitCode> {
    const target = options.output === undefined ? undefined : resolve(terminal.cwd, options.output);
    if (target !== undefined) {
        assertWritable(target);
        assertNotAnInput(target, [resolve(terminal.cwd, file)]);
    }
    const policy = await loadPolicy(file, terminal.cwd);
    const { text, beside = [] } = inTime(options.timeLimit, 'the export was complete', () =>
        textOf(policy, file, options, target, terminal.cwd)
    );
    if (target === undefined) {
        terminal.output.write(text);
    } else {
        writeAtomically(target, text);
        for (const { replaces, ending, text: other } of beside) {
            const path = target.replace(replaces, '') + ending;
            assertNotAnInput(path, [resolve(terminal.cwd, file)]);
            writeAtomically(path, other);
        }
    }
    return EXIT.ok;
}

interface ExportResult {
    readonly text: string;
    /** The additional files that other tools read. They have the same name with another extension. */
    readonly beside?: readonly { readonly replaces: RegExp; readonly ending: string; readonly text: string }[];
}

function textOf(
    policy: Policy,
    file: string,
    options: ExportOptions,
    target: string | undefined,
    cwd: string
): ExportResult {
    switch (options.to) {
        case 'promela':
            return { text: promelaOf(systemOf(policy, claimOf(policy, options))) };
        case 'tla': {
            const text = tlaOf(systemOf(policy, claimOf(policy, options)), moduleName(target ?? policy.name));
            return { text, beside: [{ replaces: /\.tla$/, ending: '.cfg', text: TLC_CONFIGURATION }] };
        }
        case 'itf': {
            const claim = claimOf(policy, options);
            const trace = sessionOf(policy, claim, options.limits);
            return { text: itfOf(trace, basename(file), trace.summary) };
        }
        case 'json': {
            const data =
                options.claim === undefined
                    ? policyJson(policy)
                    : systemJson(systemOf(policy, claimOf(policy, options)));
            const places = withPlaces(data, pathFrom(cwd));
            return { text: `${JSON.stringify(places, undefined, 2)}\n` };
        }
        case 'dot':
            return {
                text:
                    options.claim === undefined
                        ? flowDot(policy, flowOf(policy))
                        : stateDot(systemOf(policy, claimOf(policy, options)))
            };
        case 'mermaid':
            return { text: mermaidOf(policy, options) };
        case 'cedar':
            return cedarFiles(policy, basename(file));
        case 'dogwood':
            return dogwoodFiles(policy, basename(file));
    }
}

function mermaidOf(policy: Policy, options: ExportOptions): string {
    if (options.modes !== undefined) {
        return modeDiagram(machineOf(policy, options.modes === true ? '' : options.modes));
    }
    return options.claim === undefined
        ? flowDiagram(policy, flowOf(policy))
        : sequenceDiagram(sessionOf(policy, claimOf(policy, options), options.limits));
}

function cedarFiles(policy: Policy, file: string): ExportResult {
    const exported = cedarOf(policy, file);
    assertPermits(exported, 'Cedar', 'Cedar decides single requests by their own values');
    const { policies, schema } = exported;
    return { text: policies, beside: [{ replaces: /\.cedar$/, ending: '.cedarschema', text: schema }] };
}

function dogwoodFiles(policy: Policy, file: string): ExportResult {
    const exported = dogwoodOf(policy, file);
    assertPermits(exported, 'Dogwood', 'Dogwood decides by values of requests and by the calls of a session');
    const { policies, schema, events } = exported;
    const replaces = /\.dw$/;
    return {
        text: policies,
        beside: [
            { replaces, ending: '.cedarschema', text: schema },
            { replaces, ending: '.dwschema', text: events }
        ]
    };
}

function assertPermits(
    { permits, leftOut }: { readonly permits: number; readonly leftOut: readonly string[] },
    name: string,
    how: string
): void {
    if (permits === 0) {
        const why = leftOut.length === 0 ? '' : `: ${leftOut.join('; ')}`;
        throw new CodedError(
            'GR924',
            `no \`allow\` of the policy can be expressed in ${name}, so the export would permit nothing${why}`,
            `${how}: export a policy with an \`allow\` that requires nothing else.`
        );
    }
}

function claimOf(policy: Policy, { claim: name, to }: ExportOptions): Claim {
    const known = policy.claims.map((claim) => `"${claim.name}"`).join(', ');
    const claim =
        name === undefined && policy.claims.length === 1
            ? policy.claims[0]
            : policy.claims.find((one) => one.name === name);
    if (!claim) {
        throw new CodedError(
            'GR907',
            name === undefined
                ? `the export to ${to} is of one claim, and the policy has ${policy.claims.length}`
                : `the policy has no claim "${name}"`,
            known === '' ? 'The policy has no claims.' : `Name one with --claim: ${known}.`
        );
    }
    return claim;
}

function machineOf(policy: Policy, name: string): NonNullable<Policy['machines']>[number] {
    const machines = policy.machines ?? [];
    const machine = name === '' && machines.length === 1 ? machines[0] : machines.find((one) => one.name === name);
    if (!machine) {
        const known = machines.map((one) => one.name).join(', ');
        throw new CodedError(
            'GR920',
            name === '' ? `the policy has ${machines.length} mode machines` : `the policy has no mode machine ${name}`,
            known === '' ? 'Without --modes, the flows of the policy are drawn.' : `Name one with --modes: ${known}.`
        );
    }
    return machine;
}

function systemOf(policy: Policy, claim: Claim): GuardedSystem {
    try {
        return guardedSystemOf(policy, claim);
    } catch (error) {
        if (error instanceof Unexportable) {
            throw new CodedError(
                'GR921',
                `the claim "${claim.name}" depends on something that exports do not represent: ${error.message}`,
                'Export another claim, or check this one with `guardrail check`.'
            );
        }
        throw error;
    }
}

function sessionOf(policy: Policy, claim: Claim, limits: Limits): Trace {
    const result = checkPolicy(policy, { claim: claim.name, limits }).claims[0]!;
    if (!result.trace) {
        throw new CodedError(
            'GR922',
            `the claim "${claim.name}" has no session to export: it is ${verdictWord(result.verdict)}`,
            'Export a claim that is violated, or a `possible` claim that is possible.',
            result.verdict === 'undecided' ? EXIT.undecided : EXIT.invalid
        );
    }
    return result.trace;
}

/** A TLA+ module has the name of its file. */
function moduleName(path: string): string {
    const name = basename(path, extname(path)).replace(/\W/g, '_');
    return /^[A-Za-z]/.test(name) ? name : `M_${name}`;
}
