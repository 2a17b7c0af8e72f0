using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Api;

/// <summary>Every request and answer of the ECS API.</summary>
[JsonSerializable(typeof(DeleteAccountSettingRequest))]
[JsonSerializable(typeof(DeleteAccountSettingResponse))]
[JsonSerializable(typeof(DeleteTaskDefinitionsRequest))]
[JsonSerializable(typeof(DeleteTaskDefinitionsResponse))]
[JsonSerializable(typeof(DeregisterTaskDefinitionRequest))]
[JsonSerializable(typeof(DeregisterTaskDefinitionResponse))]
[JsonSerializable(typeof(DescribeTaskDefinitionRequest))]
[JsonSerializable(typeof(DescribeTaskDefinitionResponse))]
[JsonSerializable(typeof(ListAccountSettingsRequest))]
[JsonSerializable(typeof(ListAccountSettingsResponse))]
[JsonSerializable(typeof(ListTaskDefinitionFamiliesRequest))]
[JsonSerializable(typeof(ListTaskDefinitionFamiliesResponse))]
[JsonSerializable(typeof(ListTaskDefinitionsRequest))]
[JsonSerializable(typeof(ListTaskDefinitionsResponse))]
[JsonSerializable(typeof(PutAccountSettingRequest))]
[JsonSerializable(typeof(PutAccountSettingResponse))]
[JsonSerializable(typeof(PutAccountSettingDefaultRequest))]
[JsonSerializable(typeof(PutAccountSettingDefaultResponse))]
[JsonSerializable(typeof(RegisterTaskDefinitionRequest))]
[JsonSerializable(typeof(RegisterTaskDefinitionResponse))]
[JsonSerializable(typeof(TaskDefinitionShape))]
internal sealed partial class EcsJson : JsonSerializerContext
{
    /// <summary>With ECS's habits: lower camel case, times in seconds since the epoch, nulls left out.</summary>
    public static EcsJson Shared { get; } = new(AwsJson.CamelCase());
}
