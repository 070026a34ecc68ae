/**
 * The reason why the arguments of a tool cannot be divided into classes: a predicate to follow `the arguments of X`.
 */
export class Undecidable extends Error {}

/** The result, or the reason why the values of arguments cannot be distinguished: a predicate. */
export function orReason<T>(divide: () => T): T | string {
    try {
        return divide();
    } catch (error) {
        if (error instanceof Undecidable) {
            return error.message;
        }
        throw error;
    }
}
