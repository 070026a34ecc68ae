/** The icons are drawn here, because a webview cannot use the icon font of the workbench without shipping it. */
import type { ComponentChildren } from 'preact';
import type { Tone } from '../../server/wording/verdicts.js';

function Icon({ children, name }: { readonly children: ComponentChildren; readonly name: string }) {
    return (
        <svg
            class={`icon ${name}`}
            viewBox="0 0 16 16"
            width="16"
            height="16"
            fill="none"
            stroke="currentColor"
            stroke-width="1.4"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
        >
            {children}
        </svg>
    );
}

const SHIELD = 'M8 1.6 13 3.4v4.1c0 3.2-2.1 5.7-5 6.9-2.9-1.2-5-3.7-5-6.9V3.4z';

export function ToneIcon({ tone }: { readonly tone: Tone }) {
    const inside = {
        good: 'm5.6 7.9 1.7 1.7 3.2-3.4',
        bad: 'm6.2 6.2 3.6 3.6m0-3.6L6.2 9.8',
        partial: 'M5.4 7.2c1-1.2 1.9-1 2.6-.4s1.7.8 2.6-.4M5.4 10c1-1.2 1.9-1 2.6-.4s1.7.8 2.6-.4',
        warn: 'M8 5.2v3m0 2.1v.1'
    };
    return (
        <Icon name={`tone-${tone}`}>
            <path d={SHIELD} />
            <path d={inside[tone]} />
        </Icon>
    );
}

export function AgentIcon() {
    return (
        <Icon name="agent">
            <rect x="2.8" y="5.4" width="10.4" height="7.6" rx="2" />
            <path d="M8 5.4V2.9M6 9v.6M10 9v.6M1.2 8.4v2M14.8 8.4v2" />
            <circle cx="8" cy="2.3" r=".7" />
        </Icon>
    );
}

export function HumanIcon() {
    return (
        <Icon name="human">
            <circle cx="8" cy="5" r="2.6" />
            <path d="M2.9 13.6c.5-2.8 2.6-4.3 5.1-4.3s4.6 1.5 5.1 4.3" />
        </Icon>
    );
}

export function OutsideIcon() {
    return (
        <Icon name="outside">
            <path d="M1.6 8h7.2M6.2 5.2 9 8l-2.8 2.8" />
            <path d="M8.4 2.6h4c.9 0 1.6.7 1.6 1.6v7.6c0 .9-.7 1.6-1.6 1.6h-4" />
        </Icon>
    );
}

export function CopyIcon() {
    return (
        <Icon name="copy">
            <rect x="5.4" y="5.4" width="8" height="8" rx="1.4" />
            <path d="M10.6 5.2V3.8c0-.7-.6-1.2-1.3-1.2H3.9c-.7 0-1.3.5-1.3 1.2v5.5c0 .7.6 1.3 1.3 1.3h1.3" />
        </Icon>
    );
}

export function CheckIcon() {
    return (
        <Icon name="check">
            <path d="m3 8.4 3.4 3.4L13 4.8" />
        </Icon>
    );
}

export function BreaksIcon() {
    return (
        <Icon name="breaks">
            <path d="M9.2 1.8 4 8.6h3.4L6.4 14.2 12 6.9H8.4z" />
        </Icon>
    );
}

export function GateIcon() {
    return (
        <Icon name="gate">
            <path d="M3 13.6V3.4c0-.5.4-.8.8-.8h8.4c.4 0 .8.3.8.8v10.2M1.6 13.6h12.8M5.6 8.2h4.6M8.5 6.4l1.8 1.8-1.8 1.8" />
        </Icon>
    );
}

export function SpinnerIcon() {
    return (
        <Icon name="spinner">
            <path d="M8 2a6 6 0 1 1-6 6" />
        </Icon>
    );
}

export function SaveIcon() {
    return (
        <Icon name="save">
            <path d="M8 2.2v7.6M5 7l3 3 3-3" />
            <path d="M2.6 10.6v1.8c0 .8.6 1.4 1.4 1.4h8c.8 0 1.4-.6 1.4-1.4v-1.8" />
        </Icon>
    );
}

export function AgainIcon() {
    return (
        <Icon name="again">
            <path d="M13.4 8a5.4 5.4 0 1 1-1.7-3.9L13.4 5.6" />
            <path d="M13.6 2.4v3.4h-3.4" />
        </Icon>
    );
}

/** The flask, for a session that is kept as a test. */
export function ScenarioIcon() {
    return (
        <Icon name="scenario">
            <path d="M6.2 2.2h3.6M6.9 2.4v4L3.3 12c-.5.9.1 1.9 1.1 1.9h7.2c1 0 1.6-1 1.1-1.9L9.1 6.4v-4M4.9 9.8h6.2" />
        </Icon>
    );
}

export function SearchIcon() {
    return (
        <Icon name="search">
            <circle cx="7" cy="7" r="4.2" />
            <path d="m10.2 10.2 3.4 3.4" />
        </Icon>
    );
}

export function CloseIcon() {
    return (
        <Icon name="close">
            <path d="m4 4 8 8m0-8-8 8" />
        </Icon>
    );
}

export function FixIcon() {
    return (
        <Icon name="fix">
            <path d="M5.8 11.2c0-1.6-1.8-2.2-1.8-4.6a4 4 0 0 1 8 0c0 2.4-1.8 3-1.8 4.6zM6.2 13.6h3.6" />
        </Icon>
    );
}

export function PinIcon() {
    return (
        <Icon name="pin">
            <path d="M5.4 2.4h5.2M6.2 2.4v4L4 9.2h8L9.8 6.4v-4M8 9.2v4.6" />
        </Icon>
    );
}
