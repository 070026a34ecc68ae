/** Evaluates conditions directly from their definitions, by quantifying over the list of events. */
import type { Condition, Term, Value } from '../../server/model/policy/policy.js';
import { every, known, opposite, some, written, type Answer } from './answer.js';
import { approversPer } from './approvals.js';
import { isDateIn, isDayIn, isTimeIn, shown, type Shown } from './clock.js';
import { compare, same } from './compare.js';
import { hostIsIn } from './host.js';
import { carries } from './labels.js';
import { places } from './modes.js';
import { cameFrom } from './provenance.js';
import { compareCount, recorded, remembered } from './recorders.js';
import { read, readValue } from './terms.js';
import { isWithin, isWithinNamed, NETWORKS, SHELL } from './texts.js';
import { clockAt, type View } from './view.js';

export function answer(condition: Condition, view: View): Answer {
    const { policy } = view;
    const shell = shellTest(condition, view);
    if (shell !== undefined) {
        return shell;
    }
    switch (condition.op) {
        case 'constant':
            return written(condition.value);
        case 'not':
            return opposite(answer(condition.arg, view));
        case 'and':
            return every(condition.args.map((arg) => answer(arg, view)));
        case 'or':
            return some(condition.args.map((arg) => answer(arg, view)));
        case 'compare':
            return compare(condition.cmp, read(condition.left, view), read(condition.right, view));
        case 'in':
            return read(condition.term, view) === undefined
                ? 'unknown'
                : some(condition.values.map((value) => compare('==', read(condition.term, view), value)));
        case 'host in':
            return ofText(condition.term, view, (host) => hostIsIn(host, condition.hosts));
        case 'host within':
            return ofText(condition.term, view, (host) => (NETWORKS.get(condition.network) ?? []).includes(host));
        case 'path within':
            return ofText(condition.term, view, (path) => isWithinNamed(path, condition.root));
        case 'matches':
            return ofText(condition.term, view, (text) => isMatch(condition.pattern, text));
        case 'starts with':
            return ofText(condition.term, view, (text) => text.startsWith(condition.prefix));
        case 'command starts with':
            return ofCommand(readValue(condition.term, view), (command) =>
                known((command + ' ').startsWith(`${condition.prefix} `))
            );
        case 'redirects':
            return ofText(condition.term, view, (line) => SHELL.get(line)?.redirects);
        case 'contains': {
            const value = readValue(condition.term, view);
            if (Array.isArray(value)) {
                return known(value.some((element: Value) => same(element, condition.value)));
            }
            return typeof value === 'string'
                ? known(typeof condition.value === 'string' && value.includes(condition.value))
                : 'unknown';
        }
        case 'text test': {
            const [value, other] = [readValue(condition.term, view), readValue(condition.other, view)];
            return value === undefined || other === undefined ? 'unknown' : textTest(condition, value, other);
        }
        case 'every':
        case 'some': {
            const list = readValue(condition.list, view);
            if (!Array.isArray(list)) {
                return 'unknown';
            }
            const answers = list.map((element: Value) => {
                const elements = [...(view.elements ?? [])];
                elements[condition.level] = element;
                return answer(condition.arg, { ...view, elements });
            });
            return condition.op === 'every' ? every(answers) : some(answers);
        }
        case 'any text': {
            if (condition.term === undefined) {
                return view.blank === true
                    ? 'unknown'
                    : known(texts(view.call.args).some((text) => isMatch(condition.pattern, text)));
            }
            const value = readValue(condition.term, view);
            return value === undefined
                ? 'unknown'
                : known(texts(value).some((text) => isMatch(condition.pattern, text)));
        }
        case 'given':
            return view.blank === true ? 'unknown' : known(view.call.args[condition.param] !== undefined);
        case 'monitor':
            return remembered(policy.monitors[condition.monitor]!, view);
        case 'count':
            return compareCount(condition.cmp, policy.monitors[condition.monitor]!, condition.bound, view);
        case 'recorded':
            return recorded(policy.recorders![condition.recorder]!, view);
        case 'carries':
            return carries(condition.label, view, false);
        case 'received':
            return carries(condition.label, view, true);
        case 'approved by': {
            const { humans, per } = condition;
            const who = [...view.approvers, ...(per === undefined ? [] : approversPer(per, view))];
            const isUnread = (per ?? []).some((term) => read(term, view) === undefined);
            return humans.some((human) => who.includes(human)) ? 'yes' : isUnread ? 'unknown' : 'no';
        }
        case 'caller is':
            return known(view.call.agent === condition.agent);
        case 'in mode': {
            const modes = places(policy.machines![condition.machine]!, view.call.agent, view).map(
                (place) => place.mode
            );
            const inside = modes.filter((mode) => mode === condition.mode);
            return inside.length === modes.length ? 'yes' : inside.length > 0 ? 'unknown' : 'no';
        }
        case 'from':
            return cameFrom(readValue(condition.term, view), policy.sources![condition.source]!, view);
        case 'time in':
            return ofClock(view, ({ time }) => isTimeIn(time, condition.from, condition.to));
        case 'day in':
            return ofClock(view, ({ day }) => isDayIn(day, condition.from, condition.to));
        case 'date in':
            return ofClock(view, ({ date }) => isDateIn(date, condition.from, condition.to));
        default:
            throw new Error(`the oracle does not know ${condition.op}`);
    }
}

/** A folder or a network that is not one of those known here is never generated. */
function textTest({ test, other: term }: Condition & { op: 'text test' }, value: Value, other: Value): Answer {
    if (test === 'contains' && Array.isArray(value)) {
        return known(value.some((element: Value) => same(element, other)));
    }
    if (typeof value !== 'string' || typeof other !== 'string') {
        return 'unknown';
    }
    switch (test) {
        case 'contains':
            return known(other === '' || value.split(other).length > 1);
        case 'starts with':
            return known(value.slice(0, other.length) === other);
        case 'ends with':
            return known(other === '' || value.slice(-other.length) === other);
        case 'path within': {
            const names = other.split('/').slice(1);
            const isPlain = names.every((name) => name !== '' && name !== '.' && name !== '..' && !/[\\%~]/.test(name));
            const isFolder = other.startsWith('/') && (term.term !== 'joined' || isPlain);
            const inside = isFolder ? isWithin(value, other) : undefined;
            return inside === undefined ? 'unknown' : known(inside);
        }
        case 'host within':
            return NETWORKS.has(other) ? known(NETWORKS.get(other)!.includes(value)) : 'unknown';
    }
}

function ofClock(view: View, test: (clock: Shown) => boolean): Answer {
    const epoch = clockAt(view);
    const { timezone } = view.policy;
    return epoch === undefined || timezone === undefined ? 'unknown' : known(test(shown(epoch, timezone)));
}

function ofText(term: Term, view: View, test: (text: string) => boolean | undefined): Answer {
    const text = read(term, view);
    const is = typeof text === 'string' ? test(text) : undefined;
    return is === undefined ? 'unknown' : known(is);
}

function isMatch(pattern: { readonly regex: string; readonly ignoreCase: boolean }, text: string): boolean {
    return new RegExp(`^(?:${pattern.regex})$`, pattern.ignoreCase ? 'sui' : 'su').test(text);
}

/** Every text in a value, at any depth. */
function texts(value: Value): string[] {
    if (typeof value === 'string') {
        return [value];
    }
    return typeof value === 'object' && value !== null
        ? Object.values(value).flatMap((inner: Value) => texts(inner))
        : [];
}

/** A comparison of the program or the only command of a line, which may run others; undefined if it is none. */
function shellTest(condition: Condition, view: View): Answer | undefined {
    if (condition.op !== 'compare' && condition.op !== 'in' && condition.op !== 'matches') {
        return undefined;
    }
    const field = condition.op === 'compare' ? 'left' : 'term';
    const term = condition.op === 'compare' ? condition.left : condition.term;
    if (term.term !== 'part' || (term.part !== 'program' && term.part !== 'command')) {
        return undefined;
    }
    const line = readValue(term.of, view);
    const parts = typeof line === 'string' ? SHELL.get(line) : undefined;
    if (parts?.commands.length !== 1) {
        return 'unknown';
    }
    const test = (value: string): Answer => answer({ ...condition, [field]: { term: 'constant', value } }, view);
    if (term.part === 'command') {
        return ofCommand(parts.commands[0], test);
    }
    const programs = [...parts.programs, ...(parts.inner ?? []).map((command) => command.split(' ')[0]!)];
    const answers = programs.map((program) => {
        const isOther = test(program) === 'no' && test(program.split('/').at(-1)!.toLowerCase()) === 'yes';
        return isOther ? 'unknown' : test(program);
    });
    return answers.every((one) => one === 'yes')
        ? 'yes'
        : answers.every((one) => one === 'no') && !parts.isOpen
          ? 'no'
          : 'unknown';
}

function ofCommand(command: Value | undefined, test: (command: string) => Answer): Answer {
    if (typeof command !== 'string') {
        return 'unknown';
    }
    const { inner = [], isOpen = false } = SHELL.get(command) ?? {};
    return test(command) === 'no' && (isOpen || inner.some((one) => test(one) !== 'no')) ? 'unknown' : test(command);
}
