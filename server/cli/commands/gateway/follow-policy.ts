/** A running gateway goes over to its policy when the files change, once the changed policy is verified. */
import { statSync } from 'node:fs';
import type { EnforcingGateway } from '../../../enforcement/gateway.js';
import type { EnforcedPolicy } from '../../../enforcement/policy.js';
import type { Verification } from '../../../enforcement/verification.js';
import { asCodedError } from '../../../workspace/errors.js';

/** Milliseconds between two looks at the files. */
const PAUSE = 1_000;

export interface Checked {
    readonly policy: EnforcedPolicy;
    /** Absent: it is enforced without a check. */
    readonly verification?: Verification;
}

/**
 * Follows until the result is called. A policy that cannot be read, is not verified, or does not fit the log is
 * reported, and the policy before it stays in force.
 *
 * @param check reads and verifies the policy as it is now
 */
export function followPolicy(
    gateway: EnforcingGateway,
    check: () => Promise<Checked>,
    warn: (text: string) => void
): () => void {
    let seen = signatureOf(gateway.policy);
    let isBusy = false;
    const look = async (): Promise<void> => {
        const now = signatureOf(gateway.policy);
        if (isBusy || now === seen) {
            return;
        }
        isBusy = true;
        seen = now;
        try {
            const { policy, verification } = await check();
            if (policy.digest !== gateway.policy.digest) {
                await gateway.reload(policy, verification);
                seen = signatureOf(policy);
                warn(`the changed policy is enforced from now on, ${policy.digest.slice(0, 19)}…`);
            }
        } catch (error) {
            const { code, message } = asCodedError(error);
            warn(`the changed policy is not enforced, and the one before it stays: ${code}: ${message}`);
        } finally {
            isBusy = false;
        }
    };
    const timer = setInterval(() => void look(), PAUSE).unref();
    return () => clearInterval(timer);
}

function signatureOf({ files }: EnforcedPolicy): string {
    return files
        .map((file) => {
            const stat = statSync(file, { throwIfNoEntry: false });
            return stat ? `${stat.mtimeMs} ${stat.size} ${stat.ino}` : 'gone';
        })
        .join('\n');
}
