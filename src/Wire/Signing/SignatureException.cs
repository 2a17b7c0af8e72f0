namespace Berth.Wire;

/// <summary>What is wrong with a request's signature.</summary>
public enum SignatureFault
{
    /// <summary>There is none.</summary>
    Missing,

    /// <summary>It lacks a part, or a part has the wrong form.</summary>
    Incomplete,

    /// <summary>Nobody has the access key.</summary>
    UnknownKey,

    /// <summary>It was made with another secret, for another scope, or for another request than the one that came.</summary>
    Mismatch,

    /// <summary>It was made too long ago, or in the future.</summary>
    WrongTime,

    /// <summary>A presigned request outlived its <c>X-Amz-Expires</c>.</summary>
    Expired,
}

/// <summary>The request is not signed by anyone known.</summary>
public sealed class SignatureException(SignatureFault fault, string message) : Exception(message)
{
    /// <summary>What is wrong.</summary>
    public SignatureFault Fault { get; } = fault;

    /// <summary>The answer a service of the protocol gives.</summary>
    public AwsException ToAwsException(AwsProtocol protocol) => protocol switch
    {
        AwsProtocol.Json11 => new(JsonCode, 400, Message),
        AwsProtocol.Ec2Query when Fault is SignatureFault.UnknownKey or SignatureFault.Mismatch =>
            new("AuthFailure", 401, "AWS was not able to validate the provided access credentials"),
        AwsProtocol.Query or AwsProtocol.Ec2Query => new(QueryCode, Fault is SignatureFault.Incomplete or SignatureFault.Expired ? 400 : 403, Message),
    };

    private string JsonCode => Fault switch
    {
        SignatureFault.Missing => "MissingAuthenticationTokenException",
        SignatureFault.Incomplete => "IncompleteSignatureException",
        SignatureFault.UnknownKey => "UnrecognizedClientException",
        SignatureFault.Mismatch or SignatureFault.WrongTime or SignatureFault.Expired => "InvalidSignatureException",
    };

    private string QueryCode => Fault switch
    {
        SignatureFault.Missing => "MissingAuthenticationToken",
        SignatureFault.Incomplete => "IncompleteSignature",
        SignatureFault.UnknownKey => "InvalidClientTokenId",
        SignatureFault.Mismatch or SignatureFault.WrongTime => "SignatureDoesNotMatch",
        SignatureFault.Expired => "RequestExpired",
    };
}
