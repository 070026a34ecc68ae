/**
 * Writes a session in the Informal Trace Format of Apalache (its ADR 015), for tools that read traces: one state for
 * each step, after the initial one.
 */
import type { Value } from '../model/policy/policy.js';
import type { Trace, TraceStep } from '../checker/results/result.js';

/**
 * @param description a sentence that describes the session
 * @param metadata added to the trace as `guardrail`; with it, each state also has its step, so that no information is
 * lost
 */
export function itfOf(trace: Trace, source: string, description: string, metadata?: object): string {
    const states = trace.facts.map((facts, index) => ({
        '#meta': { index, ...(metadata && index > 0 && { step: trace.steps[index - 1]! }) },
        ...stepValues(index === 0 ? undefined : trace.steps[index - 1]!),
        facts: { '#set': facts }
    }));
    const meta = {
        format: 'ITF',
        'format-description': 'https://apalache.informal.systems/docs/adr/015adr-trace.html',
        source,
        description,
        ...(metadata && { guardrail: metadata })
    };
    const vars = ['action', 'actor', 'tool', 'args', 'decision', 'outcome', 'time', 'facts'];
    return `${JSON.stringify({ '#meta': meta, vars, states }, undefined, 2)}\n`;
}

/** The values of a step; empty for the initial state, and for steps without such a value. */
function stepValues(step: TraceStep | undefined): { readonly [name: string]: unknown } {
    return {
        action: step?.text ?? '',
        actor: step?.actor ?? '',
        tool: step?.tool ?? '',
        args: itfValue(step?.args ?? {}),
        decision: step?.decision ?? '',
        outcome: step?.outcome ?? '',
        time: step?.time ?? 0
    };
}

/** Writes a value; the format has no fractions and no equivalent of `null`. */
function itfValue(value: Value): unknown {
    if (value === null || (typeof value === 'number' && !Number.isSafeInteger(value))) {
        return { '#unserializable': String(value) };
    }
    if (Array.isArray(value)) {
        return value.map((element: Value) => itfValue(element));
    }
    return typeof value === 'object'
        ? Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, itfValue(inner)]))
        : value;
}
