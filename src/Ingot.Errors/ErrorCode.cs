namespace Ingot.Errors;

/// <summary>
/// Everything a caller can get wrong or Ingot can refuse. Each member names the HTTP status it becomes;
/// the wire's <c>error.code</c> is the member's name in snake case (<c>invalid_value</c>).
/// </summary>
public enum ErrorCode
{
    /// <summary>400. A field has the wrong type, is out of its range, or contradicts another.</summary>
    InvalidValue,

    /// <summary>400. A field that is needed is absent or empty.</summary>
    MissingRequiredParameter,

    /// <summary>400. A field or command-line option nobody here knows.</summary>
    UnknownParameter,

    /// <summary>400. Known to the API, not done by this build or this model. Refused, never ignored.</summary>
    UnsupportedValue,

    /// <summary>400. The request body is not JSON.</summary>
    InvalidJson,

    /// <summary>400. Prompt and requested output do not fit the model's context.</summary>
    ContextLengthExceeded,

    /// <summary>400. The model's chat template refused the messages, or exceeded its limits.</summary>
    TemplateFailed,

    /// <summary>401. No credential that is valid here: none, an unknown or revoked API key, a token that is refused.</summary>
    InvalidApiKey,

    /// <summary>403. The request's Host or Origin is not one this service answers to, or the caller is known and may not do this.</summary>
    Forbidden,

    /// <summary>404. No catalog entry, alias or folder of that name.</summary>
    ModelNotFound,

    /// <summary>404. No route or resource of that name.</summary>
    NotFound,

    /// <summary>405. The route exists, the method does not.</summary>
    MethodNotAllowed,

    /// <summary>409. Not in this state: a loaded model's files removed, files that another process writes.</summary>
    Conflict,

    /// <summary>413. The request body is larger than the configured limit.</summary>
    RequestTooLarge,

    /// <summary>415. The request body's media type is not JSON.</summary>
    UnsupportedMediaType,

    /// <summary>422. A model folder is missing files, damaged, or points outside itself.</summary>
    ModelInvalid,

    /// <summary>422. A sound model of an architecture, operator or data type this build does not run.</summary>
    ModelUnsupported,

    /// <summary>429. The model's queue is full, or the service works on as many requests as it may; try again shortly.</summary>
    QueueFull,

    /// <summary>429. The caller has used up what its key allows in a minute; the answer says when there is more.</summary>
    RateLimitExceeded,

    /// <summary>502. A model's source cannot be reached, refuses, or sends something else than it lists; or the network is switched off.</summary>
    DownloadFailed,

    /// <summary>502. A provider of models cannot be reached, refuses this service, or answers something that cannot be understood.</summary>
    ProviderFailed,

    /// <summary>504. A provider of models was silent for too long.</summary>
    ProviderTimedOut,

    /// <summary>503. Not enough memory for the model or its key-value cache.</summary>
    InsufficientMemory,

    /// <summary>503. The model's engine has stopped or is stopping.</summary>
    EngineStopped,

    /// <summary>503. The service is starting or stopping, or has no model on this machine.</summary>
    NotReady,

    /// <summary>503. Responses and conversations cannot be kept or looked up: switched off, or the store cannot be opened or written.</summary>
    StoreUnavailable,

    /// <summary>507. The disk has not enough room for the model's files.</summary>
    InsufficientStorage,

    /// <summary>500. A defect of ours. The message is generic; the log has the details.</summary>
    Internal,
}
