/** The gateway of a policy file: when the file or an import changes, the sessions go over to the new policy. */
import { statSync } from 'node:fs';
import type { Server } from 'node:net';
import { serveApprovals, socketOf } from '../../../enforcement/approvals.js';
import { EnforcingGateway } from '../../../enforcement/gateway.js';
import type { EnforcedPolicy } from '../../../enforcement/policy.js';
import { approverOf, enforceable, type EnforceFlags } from './enforceable.js';

export interface Opened {
    readonly gateway: EnforcingGateway;
    readonly policy: EnforcedPolicy;
    /** The socket for the answers of people. */
    readonly approvals: Server;
}

export class CurrentGateway {
    private files: readonly string[];
    private seen: string;
    private opened: Promise<Opened>;

    private constructor(
        private readonly file: string,
        private readonly log: string,
        private readonly flags: EnforceFlags
    ) {
        this.files = [file];
        this.seen = this.signature();
        this.opened = this.open();
    }

    /** Rejects if the policy cannot be enforced (GR988, GR993), or the log cannot be used (GR990 to GR994). */
    static async start(file: string, log: string, flags: EnforceFlags): Promise<CurrentGateway> {
        const one = new CurrentGateway(file, log, flags);
        await one.opened;
        one.seen = one.signature();
        return one;
    }

    /** Rejects while the policy as it is now cannot be enforced: then no call may be made. */
    get(): Promise<Opened> {
        const now = this.signature();
        if (now !== this.seen) {
            this.seen = now;
            const before = this.opened;
            this.opened = this.reopen(before);
            // Each caller handles the rejection.
            this.opened.catch(() => undefined);
        }
        return this.opened;
    }

    async close(): Promise<void> {
        await this.opened.then(closeAll).catch(() => undefined);
    }

    private async reopen(before: Promise<Opened>): Promise<Opened> {
        await before.then(closeAll).catch(() => undefined);
        const opened = await this.open();
        this.seen = this.signature();
        return opened;
    }

    private async open(): Promise<Opened> {
        const { observe = false } = this.flags;
        const { policy, verification } = await enforceable(this.file, '/', this.flags);
        this.files = policy.files;
        const gateway = await EnforcingGateway.open({
            path: this.log,
            policy,
            observe,
            ...(verification && { verification })
        });
        const approvals = await serveApprovals(socketOf(this.log), gateway, approverOf(policy, this.flags));
        return { gateway, policy, approvals };
    }

    /** The times and sizes of the files. */
    private signature(): string {
        return this.files
            .map((file) => {
                const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
                return stat ? `${file} ${stat.mtimeNs} ${stat.size} ${stat.ino}` : `${file} is gone`;
            })
            .join('\n');
    }
}

async function closeAll({ gateway, approvals }: Opened): Promise<void> {
    approvals.close();
    await gateway.close();
}
