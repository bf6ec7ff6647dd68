"""Reads lessons, plays what they try, and judges by the trace whether their checks hold."""

from sim.lesson.document import Check, Lesson, parse
from sim.lesson.judge import State, Verdict, judge
from sim.lesson.play import play
from sim.lesson.table import LessonError
from sim.lesson.trial import Attempts

__all__ = ["Attempts", "Check", "Lesson", "LessonError", "State", "Verdict", "judge", "parse", "play"]
