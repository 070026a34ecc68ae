/** Computes the values of terms (M3, M10); `undefined` stands for a value that cannot be read. */
import type { Term, Value } from '../../server/model/policy/policy.js';
import { firstDate, instant, shown } from './clock.js';
import { add, same, type Said } from './compare.js';
import { addressAlone, hostOf } from './host.js';
import { latestOf, amountOf } from './recorders.js';
import { domainOf, extensionOf, nameOf, SHELL } from './texts.js';
import { clockAt, constantsAt, endingOf, requestsAt, viewOfEvent, type View } from './view.js';

export function read(term: Term, view: View): Said {
    switch (term.term) {
        case 'constant':
            return term.value;
        case 'param':
            return view.blank === true ? undefined : view.call.args[term.name];
        case 'host':
            return ofText(term.of, view, hostOf);
        case 'length': {
            const of = read(term.of, view);
            return typeof of === 'string' ? [...of].length : Array.isArray(of) ? of.length : undefined;
        }
        case 'bytes':
            return ofText(term.of, view, (text) => new TextEncoder().encode(text).length);
        case 'field': {
            const of = read(term.of, view);
            return isRecord(of) ? of[term.field] : undefined;
        }
        case 'part':
            switch (term.part) {
                case 'domain':
                    return ofText(term.of, view, domainOf);
                case 'address':
                    return ofText(term.of, view, addressAlone);
                case 'name':
                    return ofText(term.of, view, nameOf);
                case 'extension':
                    return ofText(term.of, view, extensionOf);
                case 'command':
                    return ofText(term.of, view, (line) => {
                        const commands = SHELL.get(line)?.commands;
                        return commands?.length === 1 ? commands[0] : undefined;
                    });
                case 'program':
                    return ofText(term.of, view, (line) => {
                        const { programs, inner, isOpen } = SHELL.get(line) ?? {};
                        return programs?.length === 1 && !inner && !isOpen ? programs[0] : undefined;
                    });
            }
            break;
        case 'entries': {
            const map = read(term.of, view);
            return isRecord(map) ? Object.keys(map).map((key) => ({ key, value: map[key]! })) : undefined;
        }
        case 'commands': {
            const line = read(term.of, view);
            return typeof line === 'string' ? SHELL.get(line)?.commands : undefined;
        }
        case 'result':
            return isReleased(view) ? endingOf(view.event!.id, view).result : undefined;
        case 'session':
            return constantsAt(view)[term.constant];
        case 'request': {
            const said = requestsAt(view);
            return said[said.length - 1];
        }
        case 'signal': {
            const args = term.args.map((arg) => read(arg, view));
            if (args.includes(undefined)) {
                return undefined;
            }
            // A reading that came with an answer applies only to the result, and takes precedence there (M27).
            const answered = term.args.some(isOfResult) ? (view.answered ?? []) : [];
            const said = [...answered, ...(view.readings ?? [])].filter((one) => one.signal === term.signal);
            const own = said.find((one) => one.args?.every((value, i) => same(value, args[i] as Value)));
            return (own ?? said.find((one) => one.args === undefined))?.value;
        }
        case 'call':
            return read(term.of, view.outer ?? view);
        case 'sum':
            return add(read(term.left, view), read(term.right, view), term.minus);
        case 'joined': {
            const texts = [read(term.left, view), read(term.right, view)];
            return texts.every((text) => typeof text === 'string') ? texts.join('') : undefined;
        }
        case 'aggregate':
            return amountOf(view.policy.recorders![term.recorder]!, view);
        case 'now':
            return clockAt(view);
        case 'instant': {
            const text = read(term.of, view);
            return typeof text === 'string' ? instant(text, term.timezone) : undefined;
        }
        case 'period': {
            const epoch = clockAt(view);
            return epoch === undefined ? undefined : firstDate(term.unit, shown(epoch, term.timezone));
        }
        case 'latest': {
            const latest = latestOf(view.policy.recorders![term.recorder]!, view);
            return latest === undefined ? undefined : read(term.of, viewOfEvent(latest, view));
        }
        case 'element':
            return view.elements?.[term.level];
    }
}

function isOfResult(term: Term): boolean {
    return term.term === 'result' || ('of' in term && isOfResult(term.of));
}

/** The value of a term that is not an interval. */
export function readValue(term: Term, view: View): Value | undefined {
    const said = read(term, view);
    return isValue(said) ? said : undefined;
}

function isValue(said: Said): said is Value | undefined {
    return !(typeof said === 'object' && said !== null && 'least' in said && 'most' in said);
}

/** True if the event in question is the release of its call, at the same position in the log. */
function isReleased({ event, entries }: View): boolean {
    return entries.some(
        ({ kind, id, position }) => kind === 'release' && id === event?.id && position === event.position
    );
}

function ofText<Part>(term: Term, view: View, part: (text: string) => Part | undefined): Part | undefined {
    const text = read(term, view);
    return typeof text === 'string' ? part(text) : undefined;
}

function isRecord(said: Said): said is { readonly [field: string]: Value } {
    return isValue(said) && typeof said === 'object' && said !== null && !Array.isArray(said);
}
