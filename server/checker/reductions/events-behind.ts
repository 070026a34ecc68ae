/** The events on which a condition depends: those that it names, and those that modes depend on. */
import type { Condition, EventPattern, Policy, Term } from '../../model/policy/policy.js';
import { visitParts } from '../conditions/walk.js';

/**
 * The patterns of all events that can make a difference to the value of the condition, except by a result that is withheld: it
 * is so for every decision, whatever part of the history that sees (M4).
 */
export function eventsBehind(policy: Policy, condition: Condition): readonly EventPattern[] {
    const behind = new Behind(policy);
    behind.add(condition);
    return [...behind.patterns];
}

class Behind {
    readonly patterns = new Set<EventPattern>();
    private readonly machines = new Set<number>();

    constructor(private readonly policy: Policy) {}

    add(part: Condition | Term | undefined): void {
        if (part) {
            visitParts(part, (inner) => this.addPart(inner));
        }
    }

    private addPart(part: Condition | Term): void {
        if ('recorder' in part) {
            const { event, from, keys = [], fromKeys = [], ...more } = this.policy.recorders![part.recorder]!;
            [event, from].forEach((pattern) => this.addPattern(pattern));
            [more.asked, more.value, ...[...keys, ...fromKeys].flatMap((key) => [key.event, key.call])].forEach(
                (term) => this.add(term)
            );
        }
        switch ('op' in part ? part.op : undefined) {
            case 'monitor':
            case 'count': {
                const { event, from } = this.policy.monitors[(part as { monitor: number }).monitor]!;
                [event, from].forEach((pattern) => this.addPattern(pattern));
                break;
            }
            case 'in mode':
                this.addMachine((part as { machine: number }).machine);
                break;
            default:
        }
    }

    private addPattern(pattern: EventPattern | undefined): void {
        if (pattern && !this.patterns.has(pattern)) {
            this.patterns.add(pattern);
            this.add(pattern.where);
            for (const index of pattern.outside ?? []) {
                const { mode } = this.policy.outsideEvents[index]!;
                if (mode) {
                    this.addMachine(mode.machine);
                }
            }
        }
    }

    private addMachine(index: number): void {
        if (!this.machines.has(index)) {
            this.machines.add(index);
            for (const { event, when } of this.policy.machines![index]!.transitions) {
                this.addPattern(event);
                this.add(when);
            }
        }
    }
}
