using Berth.Wire;

namespace Berth.Logs;

/// <summary>The errors of the CloudWatch Logs API, in its words.</summary>
internal static class LogsErrors
{
    public static AwsException GroupNotFound() => NotFound("The specified log group does not exist.");

    public static AwsException StreamNotFound() => NotFound("The specified log stream does not exist.");

    public static AwsException ResourceNotFound() => NotFound("The specified resource does not exist.");

    public static AwsException GroupExists() => new("ResourceAlreadyExistsException", 400, "The specified log group already exists");

    public static AwsException StreamExists() => new("ResourceAlreadyExistsException", 400, "The specified log stream already exists");

    public static AwsException TooManyTags() =>
        new("TooManyTagsException", 400, "The resource can have no more than 50 user tags.");

    public static AwsException Throttled() => new("ThrottlingException", 400, "Rate exceeded");

    public static AwsException Unavailable() =>
        new("ServiceUnavailableException", 503, "The service cannot complete the request.");

    private static AwsException NotFound(string message) => new("ResourceNotFoundException", 400, message);
}
