from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uncial.geometry import Box, Point, Quad, Transform, Warp

coordinates = st.floats(-5000, 5000)
points = st.builds(Point, coordinates, coordinates)
turns_and_moves = st.one_of(
    st.builds(Transform.rotation, st.floats(-360, 360)),
    st.builds(Transform.translation, coordinates, coordinates),
    st.builds(Transform.scaling, st.floats(0.1, 10), st.floats(0.1, 10)),
    st.builds(Transform.quarter_turns, st.integers(-4, 8), st.floats(1, 5000), st.floats(1, 5000)),
)


def near(one: Point, other: Point) -> bool:
    return all(isclose(a, b, rel_tol=1e-6, abs_tol=1e-4) for a, b in zip(one, other, strict=True))


@given(turns_and_moves, points)
def test_a_transform_and_its_inverse_lead_back(way: Transform, point: Point):
    assert near(way.inverse().point(way.point(point)), point)


@given(turns_and_moves, turns_and_moves, points)
def test_then_goes_first_the_one_way_then_the_other(first: Transform, second: Transform, point: Point):
    assert near(first.then(second).point(point), second.point(first.point(point)))


@given(points)
def test_the_identity_moves_nothing(point: Point):
    assert Transform().point(point) == point


def test_a_homography_divides_by_its_third_row():
    assert Transform(g=0.0, h=0.0, i=2.0).point(Point(4, 6)) == Point(2, 3)


def test_a_transform_that_flattens_has_no_way_back():
    with pytest.raises(ZeroDivisionError):
        Transform.scaling(0, 1).inverse()


@pytest.mark.parametrize(
    ("turns", "corner"),
    [(0, Point(0, 0)), (1, Point(20, 0)), (2, Point(10, 20)), (3, Point(0, 10)), (4, Point(0, 0)), (-1, Point(0, 10))],
)
def test_quarter_turns_go_clockwise_and_stay_in_the_image(turns: int, corner: Point):
    assert Transform.quarter_turns(turns, 10, 20).point(Point(0, 0)) == corner


def test_a_rotation_is_clockwise_as_seen_on_the_page():
    assert near(Transform.rotation(90).point(Point(1, 0)), Point(0, 1))


def test_a_quad_turned_with_its_page_runs_downwards():
    turned = Transform.quarter_turns(1, 100, 50).quad(Quad.of_box(Box(10, 10, 60, 20)))
    assert turned.angle == 90
    assert (turned.width, turned.height) == (50, 10)
    assert turned.box == Box(30, 10, 40, 60)


@pytest.mark.parametrize("angle", [-170, -90, -3, 0, 45, 90, 179])
def test_the_angle_of_a_quad_is_the_one_that_it_was_turned_by(angle: float):
    assert isclose(Transform.rotation(angle).quad(Quad.of_box(Box(0, 0, 100, 10))).angle, angle, abs_tol=1e-9)


def test_a_span_is_a_part_of_the_length_whatever_the_direction():
    upright = Quad.of_box(Box(0, 0, 100, 10)).span(0.25, 0.5)
    assert upright.box == Box(25, 0, 50, 10)
    slanted = Transform.rotation(30).quad(Quad.of_box(Box(0, 0, 100, 10))).span(0.25, 0.5)
    assert isclose(slanted.width, 25)
    assert isclose(slanted.angle, 30)


def test_a_quad_is_clamped_into_its_image():
    assert Quad.of_box(Box(-5, -1, 120, 30)).clamped(100, 20).box == Box(0, 0, 100, 20)


def test_a_quad_has_four_corners():
    with pytest.raises(ValueError, match="4 corners, not 3"):
        Quad.of_points([(0, 0), (1, 0), (1, 1)])
    assert Quad.of_points([(0, 0), (2, 0), (2, 1), (0, 1)]) == Quad.of_box(Box(0, 0, 2, 1))


def test_boxes_meet_and_join():
    one, other = Box(0, 0, 10, 10), Box(5, 2, 20, 8)
    assert one.intersection(other) == Box(5, 2, 10, 8)
    assert one.union(other) == Box(0, 0, 20, 10) == Box.around([one, other])
    assert (other.width, other.height, other.center, other.area) == (15, 6, Point(12.5, 5), 90)


def test_boxes_that_do_not_meet_share_no_area():
    assert Box(0, 0, 1, 1).intersection(Box(5, 5, 6, 6)).area == 0


def test_there_is_no_box_around_nothing():
    with pytest.raises(ValueError, match="unpack"):
        Box.around([])


# ---- a page that is not flat


def lattice(rows: int, columns: int, width: float, height: float) -> tuple[tuple[Point, ...], ...]:
    return tuple(
        tuple(Point(width * column / (columns - 1), height * row / (rows - 1)) for column in range(columns))
        for row in range(rows)
    )


@given(points, st.integers(2, 6), st.integers(2, 6))
def test_a_warp_whose_grid_lies_flat_moves_nothing(point: Point, rows: int, columns: int):
    assert near(Warp(lattice(rows, columns, 300, 200), 300, 200).point(point), point)


@given(st.integers(0, 3), st.integers(0, 4))
def test_a_warp_leads_each_point_of_its_frame_to_the_one_of_its_grid(row: int, column: int):
    curled = tuple(tuple(Point(p.x + 7, p.y + p.x * (100 - p.x) / 50) for p in line) for line in lattice(4, 5, 100, 60))
    assert near(Warp(curled, 500, 300).point(Point(500 * column / 4, 300 * row / 3)), curled[row][column])


def test_between_the_points_of_its_grid_a_warp_is_bilinear():
    warp = Warp(((Point(0, 0), Point(10, 2)), (Point(0, 10), Point(10, 20))), 2, 2)
    assert warp.point(Point(1, 0)) == Point(5, 1)
    assert warp.point(Point(1, 1)) == Point(5, 8)


def test_a_quad_on_a_warped_page_keeps_its_reading_direction():
    turned = tuple(tuple(Transform.rotation(90).point(p) for p in line) for line in lattice(3, 3, 100, 100))
    assert isclose(Warp(turned, 100, 100).quad(Quad.of_box(Box(10, 10, 60, 20))).angle, 90)


# ---- seen at a slant

CORNERS = Quad.of_points([(100, 80), (560, 120), (600, 700), (40, 640)])


def test_an_image_is_laid_onto_a_quad_corner_by_corner():
    way = Transform.onto(CORNERS, 210, 297)
    assert all(near(way.point(at), corner) for at, corner in zip(Quad.of_box(Box(0, 0, 210, 297)), CORNERS, strict=True))


@given(st.floats(0, 210), st.floats(0, 297), st.floats(0, 1))
def test_straight_lines_stay_straight_on_it(x: float, y: float, fraction: float):
    way = Transform.onto(CORNERS, 210, 297)
    start, end = way.point(Point(x, 0)), way.point(Point(0, y))
    between = way.point(Point(x * (1 - fraction), y * fraction))
    cross = (end.x - start.x) * (between.y - start.y) - (end.y - start.y) * (between.x - start.x)
    assert isclose(cross, 0, abs_tol=1e-6 * (1 + abs(end.x - start.x) + abs(end.y - start.y)) * 1000)


def test_onto_a_rectangle_it_is_a_scale_and_a_move():
    way = Transform.onto(Quad.of_box(Box(10, 20, 110, 220)), 50, 50)
    assert near(way.point(Point(25, 10)), Point(60, 60))
    assert (way.g, way.h) == (0, 0)
