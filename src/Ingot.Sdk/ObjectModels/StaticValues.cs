namespace Betalgo.Ranul.OpenAI.ObjectModels;

/// <summary>The words that fields of requests and answers take.</summary>
public static class StaticValues
{
    /// <summary>Who says a message.</summary>
    public static class ChatMessageRoles
    {
        /// <summary>Instructions.</summary>
        public static string System => "system";

        /// <summary>Instructions of the program's author.</summary>
        public static string Developer => "developer";

        /// <summary>The person.</summary>
        public static string User => "user";

        /// <summary>The model.</summary>
        public static string Assistant => "assistant";

        /// <summary>A tool's outcome.</summary>
        public static string Tool => "tool";
    }

    /// <summary>Words of chat requests.</summary>
    public static class CompletionStatics
    {
        /// <summary>Forms of an answer.</summary>
        public static class ResponseFormat
        {
            /// <summary>Any JSON object.</summary>
            public static string Json => "json_object";

            /// <summary>Free text.</summary>
            public static string Text => "text";

            /// <summary>JSON by a schema.</summary>
            public static string JsonSchema => "json_schema";
        }

        /// <summary>Kinds of tools.</summary>
        public static class ToolType
        {
            /// <summary>A function of the program's.</summary>
            public static string Function => "function";
        }

        /// <summary>Whether a tool is called.</summary>
        public static class ToolChoiceType
        {
            /// <summary>A certain one.</summary>
            public static string Function => "function";

            /// <summary>The model decides.</summary>
            public static string Auto => "auto";

            /// <summary>None.</summary>
            public static string None => "none";

            /// <summary>At least one.</summary>
            public static string Required => "required";
        }
    }
}
