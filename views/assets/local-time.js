const shapes = {
  date: { weekday: 'short', month: 'short', day: 'numeric' },
  time: { hour: 'numeric', minute: '2-digit' },
  datetime: {
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
  },
};

/**
 * Writes one `<time datetime data-local="date|time|datetime">` in the browser's own zone; what the
 * server wrote becomes its title, since the school's zone may be another.
 *
 * @param {HTMLTimeElement} time
 */
export function writeLocalTime(time) {
  const at = new Date(time.dateTime);
  if (Number.isNaN(at.getTime()) || time.dataset.localDone === time.dateTime) return;
  const text = new Intl.DateTimeFormat(
    document.documentElement.lang || undefined,
    shapes[time.dataset.local] ?? shapes.datetime,
  ).format(at);
  const served = time.textContent.trim();
  if (served && served !== text) time.title = served;
  time.textContent = text;
  time.dataset.localDone = time.dateTime;
}

/** Writes all local times, now and after each swap. */
export function startLocalTimes() {
  const writeAll = () => document.querySelectorAll('time[data-local]').forEach(writeLocalTime);
  writeAll();
  document.addEventListener('htmx:load', writeAll);
}
