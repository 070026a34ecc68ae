/**
 * A gateway that follows its policy files: when they change, its sessions, or only new ones, are decided by the new
 * policy once it has been verified, and confirmed if a session could have changed it. Until then, and if it cannot be
 * enforced, the previous one stays in force.
 */
import { statSync } from 'node:fs';
import type { Server } from 'node:net';
import { asCodedError } from '../workspace/errors.js';
import { serveApprovals, socketOf } from './approvals.js';
import { EnforcingGateway } from './gateway.js';
import type { Identities } from './identities.js';
import type { LogContent } from './log-content.js';
import type { ReloadScope } from './session-policies.js';
import type { LogLocation } from './open-log.js';
import type { EnforcedPolicy } from './policy.js';
import type { Telemetry } from './telemetry.js';
import type { Verification } from './verification.js';
import { changeName, type PolicyChange, type PolicyChanges } from './policy-changes.js';
import { type Answerer, assertProved, noAnswer } from './who-answers.js';

export interface FollowOptions extends LogLocation {
    /** Reads the policy from its current files. */
    readonly read: () => Promise<EnforcedPolicy>;
    /**
     * If undefined, the policy is enforced without a check. Throws a `CodedError` for a policy that must not be
     * enforced.
     */
    readonly verify: (policy: EnforcedPolicy) => Verification | undefined;
    /** What a person reads before they confirm the second policy in place of the first. */
    readonly difference: (old: EnforcedPolicy, young: EnforcedPolicy) => Promise<string>;
    /** The human of the policy that the local user stands for; if undefined, nobody can approve. */
    readonly approver: (policy: EnforcedPolicy) => string | undefined;
    /** The people who answer held calls, each with a proof; if undefined, the local user answers. */
    readonly identities?: Identities;
    readonly observe: boolean;
    /** The parts of events that the log keeps; all of them if undefined. */
    readonly content?: LogContent;
    /** The sessions that move to a changed policy; all of them if undefined. */
    readonly reload?: ReloadScope;
    /** True if a changed policy waits until a person confirms it. */
    readonly confirms?: boolean;
    readonly telemetry?: Telemetry;
    /** Reports to the user, in one sentence. */
    readonly warn: (text: string) => void;
    /** The reason why calls may not reach the gateway, if something is wrong around it. */
    readonly problem?: () => Promise<string | undefined>;
}

/** The time in milliseconds between two checks of the files while no call arrives. */
const PAUSE = 1_000;

export class FollowingGateway implements PolicyChanges {
    /** The state of the files before the policy was last read; empty unless it is known for all of them. */
    private seen = '';
    /** The files that may affect the policy: those of the policy that was last read. */
    private files: readonly string[];
    /** True if the latest text could not be read, so that its imports are unknown. */
    private isUnread = false;
    private looked = Date.now();
    private looking = Promise.resolve();
    private approvals: Server | undefined;
    /** A changed policy that waits for a person, and its difference once somebody has asked for it. */
    private unconfirmed: { readonly policy: EnforcedPolicy; difference?: Promise<string> } | undefined;
    /** The reason why the enforced policy is not the one in the files. */
    private problem: string | undefined;
    private readonly timer = setInterval(() => void this.upToDate(), PAUSE).unref();

    private constructor(
        readonly gateway: EnforcingGateway,
        private readonly options: FollowOptions
    ) {
        this.files = gateway.policy.files;
    }

    /** Rejects like `EnforcingGateway.open`. The policy must have been verified. */
    static async open(
        policy: EnforcedPolicy,
        verification: Verification | undefined,
        options: FollowOptions
    ): Promise<FollowingGateway> {
        const { path, database, observe, approver, identities, content, reload, telemetry } = options;
        const gateway = await EnforcingGateway.open({
            path,
            ...(database !== undefined && { database }),
            policy,
            ...(verification && { verification }),
            observe,
            ...(identities && { identities }),
            ...(content && { content }),
            ...(reload && { reload }),
            ...(telemetry && { telemetry })
        });
        const one = new FollowingGateway(gateway, options);
        if (process.platform !== 'win32') {
            one.approvals = await serveApprovals(
                socketOf({ path, ...(database !== undefined && { database }) }),
                gateway,
                {
                    human: () => approver(gateway.policy),
                    problem: async () => one.problem ?? (await options.problem?.()),
                    changes: one
                }
            );
        }
        return one;
    }

    /** Switches to the policy in the files if they have changed before this call. Never rejects. */
    upToDate(): Promise<void> {
        // A check that is already running may have read the files before they changed.
        return (this.looking = this.looking.then(() => this.look()));
    }

    async change(): Promise<PolicyChange | undefined> {
        const { unconfirmed } = this;
        if (!unconfirmed) {
            return undefined;
        }
        const { policy } = unconfirmed;
        unconfirmed.difference ??= this.options.difference(this.gateway.policy, policy);
        return { digest: policy.digest, difference: await unconfirmed.difference };
    }

    async confirm(digest: string, by: Answerer): Promise<void> {
        assertProved(by, this.options.identities);
        // What a person confirms counts for the files as they are now, and for no later look.
        await (this.looking = this.looking.then(() => this.look(digest)));
        if (this.gateway.policy.digest !== digest) {
            throw noAnswer(this.problem ?? 'the policy has changed again');
        }
    }

    async close(): Promise<void> {
        clearInterval(this.timer);
        this.approvals?.close();
        await this.gateway.close();
    }

    /** @param confirmed the digest of the policy that a person confirms */
    private async look(confirmed?: string): Promise<void> {
        const now = signatureOf(this.files);
        if (confirmed === undefined && now === this.seen && !(this.isUnread && Date.now() - this.looked >= PAUSE)) {
            return;
        }
        const { read, verify, warn } = this.options;
        this.seen = now;
        this.looked = Date.now();
        this.isUnread = true;
        try {
            const policy = await read();
            this.isUnread = false;
            // The files may have changed since they were read, so their current state does not describe this policy.
            this.seen = String(policy.files) === String(this.files) ? now : '';
            this.files = policy.files;
            const waiting = this.unconfirmed;
            this.unconfirmed = undefined;
            if (policy.digest !== this.gateway.policy.digest) {
                const verification = verify(policy);
                if (this.options.confirms && policy.digest !== confirmed) {
                    this.unconfirmed = waiting?.policy.digest === policy.digest ? waiting : { policy };
                    this.report(
                        `the policy has changed, and the previous one stays in force until you read the change (guardrail approvals) and run: guardrail approvals approve ${changeName(policy.digest)}`
                    );
                    return;
                }
                await this.gateway.reload(policy, verification);
                const where = this.options.reload === 'new-sessions' ? 'for new sessions' : 'from now on';
                warn(`the changed policy is enforced ${where}, ${policy.digest.slice(0, 19)}…`);
            }
            this.problem = undefined;
        } catch (error) {
            const { code, message } = asCodedError(error);
            this.unconfirmed = undefined;
            this.report(`the changed policy is not enforced, and the previous one stays in force: ${code}: ${message}`);
        }
    }

    private report(problem: string): void {
        if (problem !== this.problem) {
            this.problem = problem;
            this.options.warn(problem);
        }
    }
}

function signatureOf(files: readonly string[]): string {
    return files
        .map((file) => {
            try {
                const { mtimeNs, size, ino } = statSync(file, { bigint: true });
                return `${mtimeNs} ${size} ${ino}`;
            } catch {
                // Reading the policy gives the reason.
                return 'unreadable';
            }
        })
        .join('\n');
}
