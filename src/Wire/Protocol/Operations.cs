using System.Collections.Frozen;
using System.Net;
using System.Text.Json.Serialization.Metadata;

namespace Berth.Wire;

/// <summary>Who called, where, and when: what the front door knows of a verified request.</summary>
public sealed record RequestContext
{
    /// <summary>The 12-digit account of the caller's key.</summary>
    public required string AccountId { get; init; }

    /// <summary>The region of the signature's scope.</summary>
    public required string Region { get; init; }

    /// <summary>The caller's principal, such as <c>arn:aws:iam::000000000000:root</c>.</summary>
    public required string PrincipalArn { get; init; }

    /// <summary>The caller's access key id.</summary>
    public required string AccessKeyId { get; init; }

    /// <summary>The id the answer carries as <c>x-amzn-RequestId</c>.</summary>
    public required string RequestId { get; init; }

    /// <summary>The front door's authority as the caller addressed it: <c>127.0.0.1:8383</c>.</summary>
    public required string Authority { get; init; }

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public required string Scheme { get; init; }

    /// <summary>The address the call came from.</summary>
    public required IPAddress RemoteAddress { get; init; }
}

/// <summary>One API operation: a class a file, named as the operation.</summary>
public interface IOperation<TRequest, TResponse>
{
    /// <summary>Answers one request, or throws <see cref="AwsException"/> (or the domain's refusal).</summary>
    ValueTask<TResponse> HandleAsync(TRequest request, RequestContext context, CancellationToken cancellationToken);
}

/// <summary>The answer of an operation that has none in the API model.</summary>
public sealed class NoOutput
{
    /// <summary>The only one.</summary>
    public static NoOutput Instance { get; } = new();

    private NoOutput()
    {
    }
}

/// <summary>How a service frames its calls.</summary>
public enum AwsProtocol
{
    /// <summary>JSON 1.1: <c>X-Amz-Target: PREFIX.Operation</c>, JSON in and out.</summary>
    Json11,

    /// <summary>Query: form parameters with <c>Action</c> and <c>Version</c> in, XML out.</summary>
    Query,

    /// <summary>EC2's dialect of Query: lists without <c>member</c>, members in lower camel case, errors of another shape.</summary>
    Ec2Query,
}

/// <summary>
/// A registered operation with its types erased, ready to be called by the front door. What it is made of is made with the
/// first call: a server has some hundred operations, and most see few calls.
/// </summary>
public sealed class OperationEntry(
    string name, Func<JsonTypeInfo> request, Func<JsonTypeInfo>? response, Func<Func<object, RequestContext, CancellationToken, ValueTask<object?>>> invoke)
{
    private readonly Lazy<JsonTypeInfo> request = new(request);
    private readonly Lazy<JsonTypeInfo>? response = response is null ? null : new(response);
    private readonly Lazy<Func<object, RequestContext, CancellationToken, ValueTask<object?>>> invoke = new(invoke);

    /// <summary>The operation's name, such as <c>RunTask</c>.</summary>
    public string Name { get; } = name;

    /// <summary>How the request is read.</summary>
    public JsonTypeInfo Request => request.Value;

    /// <summary>How the answer is written; null for an operation without output.</summary>
    public JsonTypeInfo? Response => response?.Value;

    /// <summary>Runs the operation on a decoded request.</summary>
    public Func<object, RequestContext, CancellationToken, ValueTask<object?>> Invoke => invoke.Value;
}

/// <summary>How often an account may call the operations of one class, in one region: a bucket of tokens.</summary>
/// <param name="Class">The class's name; operations with the same rate share a bucket.</param>
/// <param name="Burst">Tokens the full bucket holds.</param>
/// <param name="PerSecond">Tokens it gains a second.</param>
public sealed record CallRate(string Class, int Burst, int PerSecond);

/// <summary>One AWS service as the front door serves it: its names on the wire and its operations.</summary>
public sealed class AwsService
{
    private readonly Dictionary<string, OperationEntry> operations = new(StringComparer.Ordinal);
    private FrozenDictionary<string, OperationEntry>? frozen;

    /// <summary>The name in a signature's scope, such as <c>ecs</c>.</summary>
    public required string SigningName { get; init; }

    /// <summary>JSON 1.1: what stands before the dot of <c>X-Amz-Target</c>. Query: the API <c>Version</c>.</summary>
    public required string Target { get; init; }

    /// <summary>The protocol.</summary>
    public required AwsProtocol Protocol { get; init; }

    /// <summary>Query only: the namespace of the answer's XML.</summary>
    public string XmlNamespace { get; init; } = "";

    /// <summary>The HTTP statuses of those errors whose status is not 400.</summary>
    public IReadOnlyDictionary<string, int> ErrorStatuses { get; init; } = FrozenDictionary<string, int>.Empty;

    /// <summary>How often an account may call the operations that are named here.</summary>
    public IReadOnlyDictionary<string, CallRate> Rates { get; init; } = FrozenDictionary<string, CallRate>.Empty;

    /// <summary>Every operation this service answers.</summary>
    public IReadOnlyDictionary<string, OperationEntry> Operations => frozen ??= operations.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Adds one operation without output.</summary>
    public AwsService Add<TRequest>(string name, Func<JsonTypeInfo<TRequest>> request, Func<IOperation<TRequest, NoOutput>> operation)
        where TRequest : class
    {
        operations.Add(name, new(name, request, null, () => Erased(operation())));
        return this;
    }

    /// <summary>Adds one operation under its name in the API model.</summary>
    public AwsService Add<TRequest, TResponse>(
        string name,
        Func<JsonTypeInfo<TRequest>> request,
        Func<JsonTypeInfo<TResponse>> response,
        Func<IOperation<TRequest, TResponse>> operation)
        where TRequest : class
        where TResponse : class
    {
        operations.Add(name, new(name, request, response, () => Erased(operation())));
        return this;
    }

    private static Func<object, RequestContext, CancellationToken, ValueTask<object?>> Erased<TRequest, TResponse>(IOperation<TRequest, TResponse> operation)
        where TRequest : class =>
        async (body, context, cancellationToken) => await operation.HandleAsync((TRequest)body, context, cancellationToken).ConfigureAwait(false);
}
