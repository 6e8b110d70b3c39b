using System.Text.Json;

namespace Ingot.Models.Catalog;

/// <summary>Writes models as <see cref="CatalogEntryReader"/> reads them. What is not known is left out.</summary>
internal static class CatalogEntryWriter
{
    internal static void Write(Utf8JsonWriter json, ModelEntry entry)
    {
        json.WriteStartObject();
        json.WriteString("id", entry.Id);
        json.WriteString("name", entry.Name);
        json.WriteNumber("version", entry.Version);
        json.WriteString("alias", entry.Alias);
        Text("displayName", entry.DisplayName);
        Text("description", entry.Description);
        json.WriteString("providerType", entry.ProviderType);
        json.WriteString("uri", entry.Uri);
        json.WriteString("modelType", entry.ModelType);
        if (entry.PromptTemplate is not null)
        {
            json.WritePropertyName("promptTemplate");
            Write(json, entry.PromptTemplate);
        }

        Text("publisher", entry.Publisher);
        Text("license", entry.License);
        Text("licenseDescription", entry.LicenseDescription);
        json.WriteString("task", entry.Task);
        json.WriteStartObject("runtime");
        json.WriteString("deviceType", entry.DeviceType.ToString());
        json.WriteString("executionProvider", entry.ExecutionProvider);
        json.WriteEndObject();
        Number("fileSizeMb", entry.FileSizeMb);
        Flag("supportsToolCalling", entry.SupportsToolCalling);
        Text("toolCallStart", entry.ToolCallStart);
        Text("toolCallEnd", entry.ToolCallEnd);
        Flag("supportsReasoning", entry.SupportsReasoning);
        Text("reasoningStart", entry.ReasoningStart);
        Text("reasoningEnd", entry.ReasoningEnd);
        Number("maxOutputTokens", entry.MaxOutputTokens);
        Number("contextLength", entry.ContextLength);
        Text("minFLVersion", entry.MinFoundryLocalVersion);
        Number("createdAt", entry.CreatedAtUnix);
        Text("inputModalities", entry.InputModalities);
        Text("outputModalities", entry.OutputModalities);
        Text("capabilities", entry.Capabilities);
        Text("parentModelUri", entry.ParentModelUri);
        if (entry.Parameters.Count > 0)
            WriteParameters(json, entry.Parameters);
        json.WriteEndObject();

        void Text(string name, string? value)
        {
            if (value is not null)
                json.WriteString(name, value);
        }

        void Flag(string name, bool? value)
        {
            if (value is { } known)
                json.WriteBoolean(name, known);
        }

        void Number(string name, long? value)
        {
            if (value is { } known)
                json.WriteNumber(name, known);
        }
    }

    internal static void Write(Utf8JsonWriter json, PromptTexts? prompt)
    {
        if (prompt is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        foreach (var (name, value) in new[] { ("system", prompt.System), ("user", prompt.User), ("assistant", prompt.Assistant), ("prompt", prompt.Prompt) })
        {
            if (value is not null)
                json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter json, ModelFile file)
    {
        json.WriteStartObject();
        json.WriteString("path", file.Path);
        json.WriteNumber("size", file.Size);
        json.WriteString("sha256", file.Sha256);
        json.WriteEndObject();
    }

    private static void WriteParameters(Utf8JsonWriter json, IReadOnlyList<ModelParameter> parameters)
    {
        json.WriteStartObject("modelSettings");
        json.WriteStartArray("parameters");
        foreach (var parameter in parameters)
        {
            json.WriteStartObject();
            json.WriteString("Name", parameter.Name);
            json.WriteString("Value", parameter.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
