/**
 * Thrown if the arguments of a tool cannot be divided into classes. The message is a predicate to follow `the arguments
 * of X`.
 */
export class Undecidable extends Error {}

/** The result, or a predicate that gives the reason why the values of arguments cannot be distinguished. */
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
