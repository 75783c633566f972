/** Writes numbers as a language does. */
export const numbers = (locale: string) => (v: number) => v.toLocaleString(locale);

/** Writes sizes of files. */
export function sizes(locale: string): (bytes: number) => string {
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  return (bytes) => {
    if (bytes < 1024) return `${bytes} B`;
    if (bytes < 1024 ** 2) return `${number.format(bytes / 1024)} KB`;
    if (bytes < 1024 ** 3) return `${number.format(bytes / 1024 ** 2)} MB`;
    return `${number.format(bytes / 1024 ** 3)} GB`;
  };
}
