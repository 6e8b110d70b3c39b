using System.Text.Json.Serialization;

namespace Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;

/// <summary>One part of a message.</summary>
public class MessageContent
{
    /// <summary><c>text</c>; <c>image_url</c> can be said but not read by any model here.</summary>
    [JsonPropertyName("type")]
    public string Type { get; set; } = "";

    /// <summary>The text of a text part.</summary>
    [JsonPropertyName("text")]
    public string? Text { get; set; }

    /// <summary>The image of an image part.</summary>
    [JsonPropertyName("image_url")]
    public MessageImageUrl? ImageUrl { get; set; }

    /// <summary>A text part.</summary>
    public static MessageContent TextContent(string text) => new() { Type = "text", Text = text };

    /// <summary>An image part.</summary>
    /// <param name="imageUrl">Where the image is; a <c>data:</c> address holds it itself.</param>
    /// <param name="detail"><c>low</c>, <c>high</c> or <c>auto</c>; default the model's choice.</param>
    public static MessageContent ImageUrlContent(string imageUrl, string? detail = null) =>
        new() { Type = "image_url", ImageUrl = new MessageImageUrl { Url = imageUrl, Detail = detail } };

    /// <summary>An image part that holds the image.</summary>
    /// <param name="binaryImage">The file's bytes.</param>
    /// <param name="imageType">Its kind, such as <c>png</c>.</param>
    /// <param name="detail"><c>low</c>, <c>high</c> or <c>auto</c>.</param>
    public static MessageContent ImageBinaryContent(byte[] binaryImage, string imageType, string? detail = "auto") =>
        ImageUrlContent($"data:image/{imageType};base64,{Convert.ToBase64String(binaryImage)}", detail);
}

/// <summary>An image in a message.</summary>
public class MessageImageUrl
{
    /// <summary>Where it is; a <c>data:</c> address holds it itself.</summary>
    [JsonPropertyName("url")]
    public string Url { get; set; } = "";

    /// <summary><c>low</c>, <c>high</c> or <c>auto</c>; null leaves it to the model.</summary>
    [JsonPropertyName("detail")]
    public string? Detail { get; set; }
}
