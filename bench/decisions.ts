/**
 * Compares one decision of the library for gateways with one of Cedar, by the same rules, in one process and
 * alternately.
 */
import { createRequire } from 'node:module';
import { createSession, parsePolicy } from '../server/gateway/library.js';
import { median } from './processes.js';
import { number, ratio, table } from './table.js';

const POLICY = `policy Gate
agent assistant
server mail { tool read(folder: string) tool send(to: string, body: string) }
server files { tool read(path: string) tool write(path: string, text: string) tool remove(path: string) }
allow assistant: mail.read, files.read
allow assistant: mail.send when to in ["ann@acme.example", "bob@acme.example"]
allow assistant: files.write when path in ["/srv/work/a", "/srv/work/b"]
deny mail.send when to == "eve@evil.example"
deny files.read when path == "/etc/passwd"`;

const CEDAR = `permit(principal == Agent::"assistant", action in [Action::"mail.read", Action::"files.read"], resource);
permit(principal == Agent::"assistant", action == Action::"mail.send", resource)
  when { ["ann@acme.example", "bob@acme.example"].contains(context.to) };
permit(principal == Agent::"assistant", action == Action::"files.write", resource) 
  when { ["/srv/work/a", "/srv/work/b"].contains(context.path) };
forbid(principal, action == Action::"mail.send", resource) when { context.to == "eve@evil.example" };
forbid(principal, action == Action::"files.read", resource) when { context.path == "/etc/passwd" };`;

const CALLS = [
    { tool: 'mail.read', args: { folder: 'inbox' }, allowed: true },
    { tool: 'mail.send', args: { to: 'bob@acme.example', body: 'x' }, allowed: true },
    { tool: 'mail.send', args: { to: 'eve@evil.example', body: 'x' }, allowed: false },
    { tool: 'files.write', args: { path: '/srv/work/a', text: 'x' }, allowed: true },
    { tool: 'files.read', args: { path: '/etc/passwd' }, allowed: false },
    { tool: 'files.remove', args: { path: '/srv/work/a' }, allowed: false }
] as const;

interface Cedar {
    preparsePolicySet(name: string, policies: object): { readonly type: string };
    statefulIsAuthorized(call: object): { readonly response?: { readonly decision: string } };
}

/** Microseconds of processor time, which does not depend on other programs. */
function microsecondsOf(rounds: number, decide: (call: (typeof CALLS)[number]) => boolean): number {
    const started = process.cpuUsage();
    for (let round = 0; round < rounds; round++) {
        for (const call of CALLS) {
            if (decide(call) !== call.allowed) {
                throw new Error(`${call.tool} is decided differently`);
            }
        }
    }
    return process.cpuUsage(started).user / (rounds * CALLS.length);
}

export async function decisionTable(runs: number): Promise<string> {
    const session = createSession(await parsePolicy(POLICY));
    const cedar = createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs') as Cedar;
    cedar.preparsePolicySet('gate', { staticPolicies: CEDAR });
    const programs = {
        guardrail: () =>
            microsecondsOf(
                50_000,
                ({ tool, args }) => session.decide({ agent: 'assistant', tool, args }).kind === 'allowed'
            ),
        Cedar: () =>
            microsecondsOf(1_000, ({ tool, args }) => {
                const { response } = cedar.statefulIsAuthorized({
                    principal: { type: 'Agent', id: 'assistant' },
                    action: { type: 'Action', id: tool },
                    resource: { type: 'Tool', id: tool },
                    context: args,
                    preparsedPolicySetId: 'gate',
                    entities: []
                });
                return response?.decision === 'allow';
            })
    };
    Object.values(programs).forEach((measure) => measure());
    const rounds = Array.from({ length: runs }, () => ({ guardrail: programs.guardrail(), Cedar: programs.Cedar() }));
    const [ours, theirs] = [median(rounds.map(({ guardrail }) => guardrail)), median(rounds.map(({ Cedar }) => Cedar))];
    return table(
        ['one decision', 'µs', 'of Cedar'],
        [
            ['guardrail', number(ours, 2), ratio(ours / theirs)],
            ['Cedar (WebAssembly), policies parsed before', number(theirs, 2), ratio(1)]
        ]
    );
}
