using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Secrets;

internal sealed record ParameterStringFilterShape(string? Key, string? Option, IReadOnlyList<string>? Values);

internal sealed record ParametersFilterShape(string? Key, IReadOnlyList<string>? Values);

internal sealed record ParameterShape(
    string Name,
    string Type,
    string Value,
    long Version,
    string? Selector,
    DateTimeOffset LastModifiedDate,
    [property: JsonPropertyName("ARN")] string Arn,
    string DataType)
{
    public static ParameterShape Of(ParameterValues values, RequestContext context, ParametersState state, Parameter parameter, ParameterVersion version, string? selector, bool? withDecryption) => new(
        parameter.Name,
        version.Type,
        values.Read(context, parameter.Name, version, withDecryption),
        version.Number,
        selector,
        version.ModifiedAt,
        state.Arn(parameter.Name),
        version.DataType);
}

internal sealed record ParameterMetadataShape(
    string Name,
    [property: JsonPropertyName("ARN")] string Arn,
    string Type,
    string? KeyId,
    DateTimeOffset LastModifiedDate,
    string LastModifiedUser,
    string? Description,
    string? AllowedPattern,
    long Version,
    string Tier,
    IReadOnlyList<ParameterPolicyShape> Policies,
    string DataType);

internal sealed record ParameterHistoryShape(
    string Name,
    string Type,
    string? KeyId,
    DateTimeOffset LastModifiedDate,
    string LastModifiedUser,
    string? Description,
    string Value,
    string? AllowedPattern,
    long Version,
    IReadOnlyList<string> Labels,
    string Tier,
    IReadOnlyList<ParameterPolicyShape> Policies,
    string DataType);

/// <summary>Parameters have none.</summary>
internal sealed record ParameterPolicyShape(string? PolicyText, string? PolicyType, string? PolicyStatus);
