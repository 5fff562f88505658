"""The words of the catalogue: the field's terms, one format, Chinese as it is printed."""

import re

import pytest

from model.experiments.presets import PRESETS
from tests.catalogue import forms, translated

CHINESE = {
    english: chinese
    for message in translated()
    if message.id
    for english, chinese in zip(
        forms(message.id), [*forms(message.string)] * len(forms(message.id)), strict=False
    )
}
HAN = "[一-鿿]"
QUOTED = re.compile("“([^“”{}]+)”")

# What an app that teaches convolutional networks has to say, and how a Chinese textbook says it.
TERMS = {
    "receptive field": "感受野",
    "feature map": "特征图",
    "confidence": "置信度",
    "calibration": "校准",
    "cross-entropy": "交叉熵",
    "regularization": "正则化",
    "initialization": "初始化",
    "hyperparameters": "超参数",
    "training set": "训练集",
    "validation set": "验证集",
    "test set": "测试集",
    "backpropagation": "反向传播",
    "overfitting": "过拟合",
    "weight sharing": "权重共享",
    "vanishing gradient": "梯度消失",
    "exploding gradient": "梯度爆炸",
    "update-to-weight ratio": "更新量与权重之比",
    "learning-rate schedule": "学习率调度",
    "confusion matrix": "混淆矩阵",
    "misclassified": "识别错误",
    "accuracy": "准确率",
    "filter": "滤波器",
    "kernel": "卷积核",
    "snapshot": "快照",
    "checkpoint": "检查点",
    "diverged": "发散",
    "CNN": "卷积网络",
    "NaN": "NaN",
    "logit": "logit",
    "softmax": "softmax",
}


@pytest.mark.parametrize(("term", "chinese"), TERMS.items())
def test_the_app_says_the_terms_of_its_field_in_both_languages(term, chinese):
    saying = [english for english in CHINESE if term.lower() in english.lower()]
    assert saying
    assert any(chinese.lower() in CHINESE[english].lower() for english in saying)


def matching(pattern: str, texts) -> list[str]:
    return [text for text in texts if re.search(pattern, text)]


def test_chinese_has_chinese_punctuation():
    mark = rf"{HAN}\s?[,;:!?(\"'](?!\))|[,;:!?)\"]\s?{HAN}|{HAN}\.(?!\w)|(?<!…)…(?!…)"
    assert matching(mark, CHINESE.values()) == []


def test_chinese_has_a_space_beside_latin_letters_and_digits_only():
    assert matching(rf"{HAN}[A-Za-z0-9]|[A-Za-z0-9%]{HAN}", CHINESE.values()) == []
    assert (
        matching(rf"[，。；：！？（）、“”] | [，。；：！？（）、]|{HAN} {HAN}", CHINESE.values())
        == []
    )


def test_a_reader_is_spoken_to_in_one_way():
    assert matching("您", CHINESE.values()) == []


def test_a_percentage_is_written_in_one_way():
    assert matching(r"\d\s%", [*CHINESE, *CHINESE.values()]) == []


def test_english_is_spelled_as_keras_spells():
    stems = "recogn|normal|initial|regular|optim|organ|general|memor|real|summar|visual"
    british = rf"colour|[Cc]entre|neighbour|behaviour|\b[Gg]rey|learnt|labelled|(?i:\b({stems}))is"
    assert matching(british, CHINESE) == []


def test_english_has_no_word_of_its_own_where_the_field_has_one():
    own = r"(?i)\b(read as (?!an)|read right|misread|by heart|somebody|whoever|anew|astray|errs)\b"
    assert matching(own, CHINESE) == []


@pytest.mark.parametrize("english", matching(QUOTED.pattern, CHINESE))
def test_a_label_that_is_quoted_is_the_label_that_is_seen(english):
    for label in QUOTED.findall(english):
        if label in CHINESE:
            assert f"“{CHINESE[label]}”" in CHINESE[english]


@pytest.mark.parametrize("chinese", matching(QUOTED.pattern, CHINESE.values()))
def test_a_label_that_is_quoted_in_chinese_exists(chinese):
    for label in QUOTED.findall(chinese):
        assert label in CHINESE.values() or re.fullmatch(r"\w+", label, re.ASCII)


def test_no_two_experiments_or_answers_have_the_same_name():
    for words in ([preset.title for preset in PRESETS], *(preset.answers for preset in PRESETS)):
        assert len({CHINESE[each] for each in words}) == len(words)
