export interface Item {
    readonly text: string;
    readonly link?: string;
    readonly items?: readonly Item[];
}

export function sidebar(): readonly Item[];
