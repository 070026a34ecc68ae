/**
 * Lowers terms, which are the operands of comparisons. `LoweringContext.history` lowers history (a count, a total, the
 * latest).
 */
import type { Term, Value } from '../../server/model/policy/policy.js';
import type * as tree from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { isTextSum, termTypes } from '../types/terms.js';
import { dataValue, literalValue } from '../types/types.js';
import { durationSeconds } from '../parser/values.js';
import type { Bindings, LoweringContext } from './context.js';

export function lowerTerm(term: tree.Term, context: LoweringContext, bindings: Bindings): Term {
    const lowered = (inner: tree.Term): Term => lowerTerm(inner, context, bindings);
    if (ast.isLiteral(term)) {
        return { term: 'constant', value: literalValue(term) };
    }
    if (ast.isListData(term) || ast.isRecordData(term)) {
        return { term: 'constant', value: dataValue(term) };
    }
    if (ast.isHostOf(term)) {
        return { term: 'host', of: lowered(term.of) };
    }
    if (ast.isPartOf(term)) {
        const of = lowered(term.of);
        return term.part === 'commands' ? { term: 'commands', of } : { term: 'part', part: term.part, of };
    }
    if (ast.isLengthOf(term)) {
        const of = lowered(term.of);
        const isMap = termTypes(term.of, context.inventory).some(({ kind }) => kind === 'map');
        return { term: term.unit === 'bytes' ? 'bytes' : 'length', of: isMap ? { term: 'entries', of } : of };
    }
    if (ast.isTimeOf(term)) {
        return { term: 'instant', of: lowered(term.of), timezone: context.timezone };
    }
    if (ast.isNow(term)) {
        return { term: 'now' };
    }
    if (ast.isTimeConstant(term)) {
        const { date, duration = '0s' } = term;
        return date === undefined
            ? { term: 'constant', value: durationSeconds(duration) }
            : { term: 'instant', of: { term: 'constant', value: date }, timezone: context.timezone };
    }
    if (ast.isFieldAccess(term)) {
        return lowerAccess(term, lowered);
    }
    if (ast.isSum(term)) {
        if (isTextSum(term, context.inventory)) {
            return joined(lowered(term.left), lowered(term.right));
        }
        return {
            term: 'sum',
            left: lowered(term.left),
            right: lowered(term.right),
            minus: term.operator === '-'
        };
    }
    if (ast.isResultRoot(term)) {
        return { term: 'result' };
    }
    if (ast.isRequestRoot(term)) {
        // The latest words count from the event on in which the user says them.
        context.userSays();
        return { term: 'request' };
    }
    if (ast.isCount(term) || ast.isTotal(term) || ast.isLatest(term)) {
        return context.history.term(term, context, bindings);
    }
    if (ast.isReference(term)) {
        const target = term.target.ref;
        if (ast.isSignal(target)) {
            const signal = context.indexOf(context.signals, target);
            return { term: 'signal', signal, args: term.args.map(lowered) };
        }
        if (ast.isParam(target) || ast.isItem(target)) {
            return bindings.get(target) ?? { term: 'param', name: term.target.$refText };
        }
    }
    throw new Error(`a term of type ${term.$type} cannot be lowered`);
}

function joined(left: Term, right: Term): Term {
    return left.term === 'constant' &&
        right.term === 'constant' &&
        typeof left.value === 'string' &&
        typeof right.value === 'string'
        ? { term: 'constant', value: left.value + right.value }
        : { term: 'joined', left, right };
}

/** `session.user.role` is a separate constant; `call.amount` and `call.session.user` are terms of the surrounding call. */
function lowerAccess(access: tree.FieldAccess, lowered: (term: tree.Term) => Term): Term {
    const field = access.field.$refText;
    if (ast.isSessionRoot(access.of)) {
        return constantOf(access.of, field);
    }
    if (ast.isCallRoot(access.of)) {
        return { term: 'call', of: { term: 'param', name: field } };
    }
    const owner = ownerOfAttribute(access);
    if (owner) {
        return constantOf(owner.of as tree.SessionRoot, `${owner.field.$refText}.${field}`);
    }
    const of = lowered(access.of);
    const value = of.term === 'constant' && isRecord(of.value) ? of.value[field] : undefined;
    return value === undefined ? { term: 'field', of, field } : { term: 'constant', value };
}

function isRecord(value: Value): value is { readonly [field: string]: Value } {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function constantOf({ call }: tree.SessionRoot, constant: string): Term {
    const term: Term = { term: 'session', constant };
    return call ? { term: 'call', of: term } : term;
}

/** The constant, if the access is of an attribute of a session constant, and not of a field of its value. */
function ownerOfAttribute({ of, field }: tree.FieldAccess): tree.FieldAccess | undefined {
    const owner = ast.isFieldAccess(of) && ast.isSessionRoot(of.of) ? of : undefined;
    const constant = owner?.field.ref;
    return ast.isSessionConstant(constant) && constant.attributes.some((attribute) => attribute === field.ref)
        ? owner
        : undefined;
}
