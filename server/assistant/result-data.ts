/** The results of a policy as data for programs: facts and places. The sessions are in the text. */
import type { PolicyResult } from '../checker/results/result.js';
import { claimTone, isOpenInScope, policySummary } from '../wording/verdicts.js';
import { errorText, type TextError } from './result-text.js';

/** JSON Schema of `resultData`. */
export const RESULT_SCHEMA = {
    type: 'object',
    required: ['summary', 'ok', 'errors', 'claims', 'scenarios', 'findings'],
    properties: {
        policy: { type: 'string', description: 'Its name; absent if nothing was checked.' },
        summary: { type: 'string' },
        ok: {
            type: 'boolean',
            description:
                'No error; every claim holds or is witnessed, or holds in a scope that is accepted; every scenario passes; no finding is an error.'
        },
        errors: list({ file: 'string', line: 'integer', column: 'integer', code: 'string', message: 'string' }, [
            'file',
            'code'
        ]),
        claims: list({ name: 'string', verdict: 'string', line: 'integer', explanation: 'string' }),
        scenarios: list({ name: 'string', passed: 'boolean', line: 'integer' }),
        findings: list({ code: 'string', severity: 'string', message: 'string', line: 'integer' })
    }
} as const;

/** Lines and columns start at one; for a claim from a pack, the line is that of its use. */
export function resultData(errors: readonly TextError[], result: PolicyResult | null): object {
    const { claims = [], scenarios = [], findings = [] } = result ?? {};
    return {
        ...(result && { policy: result.policy }),
        summary: result
            ? policySummary(result)
            : errors.length > 0
              ? 'not checked: errors'
              : 'not checked: an inventory',
        ok:
            errors.length === 0 &&
            claims.every((claim) => isSettled(claim)) &&
            scenarios.every(({ passed }) => passed) &&
            findings.every(({ severity }) => severity !== 'error'),
        errors: errors.map(({ file, code, message, range: { start } }) => ({
            ...(file !== undefined && { file }),
            line: start.line + 1,
            column: start.character + 1,
            ...(code !== undefined && { code: String(code) }),
            message: errorText(message)
        })),
        claims: claims.map(({ name, verdict, source, usedAt, explanation }) => ({
            name,
            verdict,
            line: lineOf(usedAt ?? source),
            explanation
        })),
        scenarios: scenarios.map(({ name, passed, source }) => ({ name, passed, line: lineOf(source) })),
        findings: findings.map(({ code, severity, message, source }) => ({
            code,
            severity,
            message,
            line: lineOf(source)
        }))
    };
}

/** True if the claim is neither wrong nor open. A claim that states nothing about the rules is still true. */
function isSettled(claim: PolicyResult['claims'][number]): boolean {
    const tone = claimTone(claim);
    return tone === 'warn' ? claim.verdict === 'holds' : tone !== 'bad' && !isOpenInScope(claim);
}

function lineOf({ start }: PolicyResult['source']): number {
    return start.line + 1;
}

function list(types: { readonly [name: string]: string }, optional: readonly string[] = []): object {
    const names = Object.keys(types);
    return {
        type: 'array',
        items: {
            type: 'object',
            required: names.filter((name) => !optional.includes(name)),
            properties: Object.fromEntries(names.map((name) => [name, { type: types[name] }]))
        }
    };
}
