/**
 * The values of signals while the user speaks are listed with the fields of the request, whose names take precedence.
 */
import type { FieldData, SaysStep, Signal } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import type { Inventory } from './inventory.js';

export function signalsSaidIn({ fields }: SaysStep, { elements }: Inventory): ReadonlyMap<FieldData, Signal> {
    const requested = new Set(
        elements.filter(ast.isRequest).flatMap((request) => request.fields.map(({ name }) => name))
    );
    const signals = elements.filter(ast.isSignal);
    return new Map(
        fields.flatMap((field): [FieldData, Signal][] => {
            const signal = requested.has(field.name) ? undefined : signals.find(({ name }) => name === field.name);
            return signal ? [[field, signal]] : [];
        })
    );
}
