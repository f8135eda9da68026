/** Highest frame to ask for: dialogs and the bar at the foot stand in the frame, and have to stay in sight. */
const MAX_HEIGHT_PX = 1400;

/**
 * Inside an LMS's frame: asks for the height the page needs (`lti.frameResize`, which Canvas and
 * others hear). The message holds a number and nothing else, so any parent may read it.
 */
export function startFrame() {
  if (window.parent === window) return;
  document.documentElement.classList.add('is-framed');
  let told = 0;
  const tell = () => {
    const height = Math.min(MAX_HEIGHT_PX, Math.ceil(document.body.scrollHeight));
    if (Math.abs(height - told) < 8) return;
    told = height;
    window.parent.postMessage({ subject: 'lti.frameResize', height }, '*');
  };
  new ResizeObserver(tell).observe(document.body);
  tell();
}
