"""Reads lessons, plays what they try, and judges by the trace whether their checks hold."""

from sim.lesson.attempt import Attempts
from sim.lesson.document import Check, Lesson, parse
from sim.lesson.judge import State, Verdict, judge
from sim.lesson.play import play
from sim.lesson.table import LessonError

__all__ = ["Attempts", "Check", "Lesson", "LessonError", "State", "Verdict", "judge", "parse", "play"]
