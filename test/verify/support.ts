/** Creates certificates of claims, as the command writes them, and runs the verifier on them. */
import { certificatesOf } from '../../server/certificates/certificates.js';
import type { Certificates } from '../../server/certificates/format.js';
import { policyJson } from '../../server/export/json.js';
import type { Claim, Policy } from '../../server/model/policy/policy.js';
import { type Report, reportOf } from '../../server/verify/report.js';

/** The certificates of all claims that have one, whatever the checker's verdict: only true statements can be proved. */
export function certified(policy: Policy): Certificates {
    const results = policy.claims.map(({ name, text, kind }: Claim) => ({
        name,
        text,
        verdict: kind === 'possible' ? 'impossible' : 'holds'
    }));
    return written(certificatesOf(policy, results));
}

export function verified(policy: Policy, certificates: unknown): Report {
    const data = exported.get(policy) ?? written(policyJson(policy));
    exported.set(policy, data);
    return reportOf(data, written(certificates));
}

const exported = new WeakMap<Policy, object>();

/** The data after being written to a file and read again. */
function written<T>(data: T): T {
    return JSON.parse(JSON.stringify(data)) as T;
}
