// Zoom and pan of a picture by wheel, touch, mouse and keys.

const MAX_SCALE = 16;
const STEP = 1.25;

/**
 * Makes a loaded `image` zoomable and movable within `box`. Returns `{ fit(), actual(), by(factor), step }`: functions
 * that fit the picture into the box, show it in its own size or scale it, and the factor of one step.
 */
export function makeZoom(box, image) {
  const natural = { width: image.naturalWidth || 640, height: image.naturalHeight || 480 };
  const fingers = new Map();
  let scale = 1;
  let x = 0;
  let y = 0;
  let isFit = true;

  const fitting = () => Math.min(1, box.clientWidth / natural.width, box.clientHeight / natural.height) || 1;

  function draw() {
    const [width, height] = [natural.width * scale, natural.height * scale];
    x = clampOffset(x, width, box.clientWidth);
    y = clampOffset(y, height, box.clientHeight);
    image.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    box.dataset.zoomed = String(!isFit);
  }

  function fit() {
    isFit = true;
    scale = fitting();
    draw();
  }

  /** Scales the picture, with the point `at` of the box fixed. */
  function scaleTo(wanted, at = { x: box.clientWidth / 2, y: box.clientHeight / 2 }) {
    const next = Math.min(MAX_SCALE, Math.max(fitting(), wanted));
    x = at.x - ((at.x - x) * next) / scale;
    y = at.y - ((at.y - y) * next) / scale;
    scale = next;
    isFit = next <= fitting();
    draw();
  }

  function move(dx, dy) {
    x += dx;
    y += dy;
    draw();
  }

  const pointOf = ({ clientX, clientY }) => {
    const { left, top } = box.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };

  box.addEventListener("wheel", (event) => {
    // The wheel scrolls the page past a fitting picture, unless Ctrl is held (as a trackpad's pinch reports) or the
    // picture has the focus.
    if (!event.ctrlKey && isFit && document.activeElement !== box) return;
    event.preventDefault();
    scaleTo(scale * Math.exp(-event.deltaY / 300), pointOf(event));
  }, { passive: false });

  box.addEventListener("pointerdown", (event) => {
    box.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, pointOf(event));
  });
  box.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = pointOf(event);
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    fingers.set(event.pointerId, now);
    if (other) {
      // The point between the fingers stays fixed: the picture scales about it and moves with it.
      const [was, is] = [between(before, other), between(now, other)];
      scaleTo((scale * distance(now, other)) / Math.max(1, distance(before, other)), was);
      move(is.x - was.x, is.y - was.y);
    } else if (!isFit) {
      move(now.x - before.x, now.y - before.y);
    }
  });
  for (const name of ["pointerup", "pointercancel"]) {
    box.addEventListener(name, ({ pointerId }) => fingers.delete(pointerId));
  }
  box.addEventListener("dblclick", (event) => (isFit ? scaleTo(1, pointOf(event)) : fit()));
  box.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+" || event.key === "=") scaleTo(scale * STEP);
    else if (event.key === "-") scaleTo(scale / STEP);
    else if (event.key === "0") fit();
    else if (event.key === "1") scaleTo(1);
    else if (steps[event.key] && !isFit) move(...steps[event.key]);
    else return;
    event.preventDefault();
    // The page's own handler would turn to the next picture.
    event.stopPropagation();
  });
  new ResizeObserver(() => (isFit ? fit() : draw())).observe(box);
  box.style.aspectRatio = `${natural.width} / ${natural.height}`;
  image.style.width = `${natural.width}px`;
  image.style.height = `${natural.height}px`;
  fit();
  return { fit, actual: () => scaleTo(1), by: (factor) => scaleTo(scale * factor), step: STEP };
}

/** The offset of a length within the available room: centred if it is shorter, else without a gap at either end. */
function clampOffset(at, length, room) {
  return length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, at));
}

function between(a, b) {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function distance(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
