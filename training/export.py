"""Reads and writes the Hugging Face checkpoint folder, the safetensors file included."""
import dataclasses
import json
import os
import shutil
import struct

import numpy
import torch

import bpe
import chat
from model import Config, Decoder


def save_safetensors(path, tensors):
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, tensor in tensors.items():
        size = tensor.numel() * 4
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode("utf-8")
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors.values():
            file.write(tensor.detach().float().contiguous().numpy().astype("<f4").tobytes())


def load_safetensors(path):
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            start, end = (8 + length + value for value in entry["data_offsets"])
            array = numpy.frombuffer(data[start:end], dtype="<f4").reshape(entry["shape"]).copy()
            tensors[name] = torch.from_numpy(array)
    return tensors


def write_json(folder, name, value):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=2)
        file.write("\n")


def save_folder(folder, model, tokenizer):
    """Writes the checkpoint beside `folder` first and then renames it, so a reader never sees half of it."""
    part = folder.rstrip("/") + ".part"
    shutil.rmtree(part, ignore_errors=True)
    os.makedirs(part)
    config = dataclasses.asdict(model.config)
    end_of_text, im_end = tokenizer.vocab[bpe.END_OF_TEXT], tokenizer.vocab[bpe.IM_END]
    write_json(part, "config.json", {
        "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "attention_dropout": 0.0,
        "bos_token_id": None, "eos_token_id": im_end, "pad_token_id": end_of_text, "hidden_act": "silu",
        "initializer_range": 0.02, "tie_word_embeddings": True, "torch_dtype": "float32", "use_cache": True,
        "use_sliding_window": False, "sliding_window": None, "rope_scaling": None, **config})
    write_json(part, "generation_config.json", {
        "do_sample": False, "eos_token_id": [im_end, end_of_text], "pad_token_id": end_of_text,
        "max_new_tokens": 256})
    write_json(part, "tokenizer.json", tokenizer.to_json())
    write_json(part, "tokenizer_config.json", {
        "tokenizer_class": "Qwen2Tokenizer", "add_bos_token": False, "add_prefix_space": False,
        "bos_token": None, "eos_token": bpe.IM_END, "pad_token": bpe.END_OF_TEXT, "unk_token": None,
        "clean_up_tokenization_spaces": False, "model_max_length": model.config.max_position_embeddings,
        "additional_special_tokens": [bpe.IM_START, bpe.IM_END], "chat_template": chat.template_text()})
    shutil.copyfile(chat.TEMPLATE_PATH, os.path.join(part, "chat_template.jinja"))
    save_safetensors(os.path.join(part, "model.safetensors"),
                     {"model." + name: tensor for name, tensor in model.state_dict().items()})
    shutil.rmtree(folder, ignore_errors=True)
    os.rename(part, folder)


def load_folder(folder):
    """The model (ready to answer) and the tokenizer of a checkpoint folder."""
    with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
        values = json.load(file)
    names = [field.name for field in dataclasses.fields(Config)]
    model = Decoder(Config(**{name: values[name] for name in names}))
    tensors = load_safetensors(os.path.join(folder, "model.safetensors"))
    model.load_state_dict({name[len("model."):]: tensor for name, tensor in tensors.items()})
    return model.eval(), bpe.Tokenizer.load(os.path.join(folder, "tokenizer.json"))
