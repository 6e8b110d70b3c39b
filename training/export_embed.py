"""Reads and writes the embedding model's folder, as Hugging Face and sentence-transformers lay it out."""
import dataclasses
import json
import os
import shutil

import wordpiece
from embed_model import Config, Encoder
from export import load_safetensors, save_safetensors, write_json

MODULES = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]


def save_folder(folder, model, tokenizer):
    """Writes the checkpoint beside `folder` first and then renames it, so a reader never sees half of it."""
    part, config = folder.rstrip("/") + ".part", model.config
    shutil.rmtree(part, ignore_errors=True)
    os.makedirs(part)
    for path, _ in MODULES:
        os.makedirs(os.path.join(part, path), exist_ok=True)
    write_json(part, "config.json", {
        "architectures": ["BertModel"], "model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute",
        "attention_probs_dropout_prob": 0.0, "hidden_dropout_prob": 0.0, "initializer_range": 0.02,
        "pad_token_id": tokenizer.vocab[wordpiece.PAD], "torch_dtype": "float32", **dataclasses.asdict(config)})
    write_json(part, "tokenizer.json", tokenizer.to_json())
    write_json(part, "tokenizer_config.json", {
        "tokenizer_class": "BertTokenizer", "do_lower_case": True, "tokenize_chinese_chars": True, "strip_accents": None,
        "pad_token": wordpiece.PAD, "unk_token": wordpiece.UNKNOWN, "cls_token": wordpiece.START, "sep_token": wordpiece.END,
        "mask_token": wordpiece.MASK, "model_max_length": config.max_position_embeddings})
    write_json(part, "sentence_bert_config.json", {"max_seq_length": config.max_position_embeddings, "do_lower_case": False})
    write_json(part, "modules.json", [{"idx": index, "name": str(index), "path": path, "type": f"sentence_transformers.models.{kind}"}
                                      for index, (path, kind) in enumerate(MODULES)])
    write_json(part, "1_Pooling/config.json", {
        "word_embedding_dimension": config.hidden_size, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True,
        "pooling_mode_max_tokens": False, "pooling_mode_mean_sqrt_len_tokens": False})
    save_safetensors(os.path.join(part, "model.safetensors"), model.state_dict())
    shutil.rmtree(folder, ignore_errors=True)
    os.rename(part, folder)


def load_folder(folder):
    """The model and the tokenizer of a checkpoint folder."""
    with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
        values = json.load(file)
    model = Encoder(Config(**{field.name: values[field.name] for field in dataclasses.fields(Config)}))
    model.load_state_dict(load_safetensors(os.path.join(folder, "model.safetensors")))
    return model.eval(), wordpiece.Tokenizer.load(os.path.join(folder, "tokenizer.json"))
