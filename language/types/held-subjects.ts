/** `deny held E`: the calls of E that a `require approval` of the policy asks a person about. */
import type { Event, Rule } from '../generated/ast.js';
import * as ast from '../generated/ast.js';

/** True if the rule is a `deny`, and this subject of it means only calls that a requirement holds. */
export function deniesHeld(rule: Rule, { status }: Event): boolean {
    return ast.isDeny(rule) && status === 'held';
}
