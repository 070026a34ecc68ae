/**
 * The part of a policy that a bounded search runs on: parts that the claim does not see are emptied, but keep their
 * index.
 */
import { approvalTimes } from '../../model/policy/lasting.js';
import type { EventPattern, Machine, Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { FALSE } from '../../model/policy/truth.js';
import type { Reach } from '../reductions/cone.js';

/** The policy in which only what the claim sees can change. */
export function narrowed(policy: Policy, reach: Reach): Policy {
    const nobody = policy.tools.map(() => FALSE);
    const silent = ({ outside: _outside, ...pattern }: EventPattern): EventPattern => ({ ...pattern, tools: nobody });
    const seen = (labels: readonly number[]): number[] => labels.filter((label) => (reach.labels & (1 << label)) !== 0);
    return {
        ...policy,
        rules: policy.rules.filter((rule) => reach.rules.has(rule)),
        tools: policy.tools.map((tool) => ({
            ...tool,
            reads: seen(tool.reads),
            clears: seen(tool.clears),
            ...(tool.conditionalReads && {
                conditionalReads: tool.conditionalReads
                    .map((more) => ({ ...more, labels: seen(more.labels) }))
                    .filter(({ labels }) => labels.length > 0)
            })
        })),
        monitors: policy.monitors.map((monitor, index) =>
            reach.monitors.has(index)
                ? monitor
                : {
                      ...monitor,
                      // `last is` is treated like `once`, because it remembers every release.
                      kind: 'once',
                      event: silent(monitor.event),
                      ...(monitor.from && { from: silent(monitor.from) })
                  }
        ),
        ...(policy.recorders && {
            recorders: policy.recorders.map((recorder, index) =>
                reach.recorders.has(index)
                    ? recorder
                    : {
                          ...recorder,
                          event: silent(recorder.event),
                          ...(recorder.from && { from: silent(recorder.from) })
                      }
            )
        }),
        ...(policy.machines && {
            machines: policy.machines.map((machine, index) => (reach.machines.has(index) ? machine : still(machine)))
        }),
        ...(policy.sources && {
            sources: policy.sources.map((source, index) =>
                reach.sources.has(index) || source.kind === 'user'
                    ? source
                    : { ...source, event: { tools: nobody, text: source.text } }
            )
        }),
        assumptions: (policy.assumptions ?? []).filter((assumption) => reach.assumptions.has(assumption)),
        claims: [],
        scenarios: []
    };
}

/** The machine without the events that change its mode. */
function still(machine: Machine): Machine {
    return { ...machine, transitions: [], modes: machine.modes.map(({ lasts: _lasts, ...mode }) => mode) };
}

/** The windows of everything that the claim sees, in seconds, shortest first. */
export function windowsOf(
    policy: Policy,
    questions: readonly Question[],
    reach: Pick<Reach, 'monitors' | 'recorders' | 'machines'>,
    seesHolds: boolean
): number[] {
    const found = [
        ...[...reach.monitors].map((index) => policy.monitors[index]!.window),
        ...[...reach.recorders].map((index) => policy.recorders![index]!.window),
        ...[...reach.machines].flatMap((index) => policy.machines![index]!.modes.map(({ lasts }) => lasts?.seconds)),
        ...(seesHolds ? policy.rules.flatMap((rule) => (rule.kind === 'approval' ? approvalTimes(rule) : [])) : []),
        ...questions.map((question) => (question.goal === 'work' ? question.window : undefined))
    ];
    return [...new Set(found.filter((window) => window !== undefined))].sort((a, b) => a - b);
}
