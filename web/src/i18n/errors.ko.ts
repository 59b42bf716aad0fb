/**
 * The server's errors in Korean, by code. The server's own English sentence, which holds details such as names and
 * limits, is shown below.
 */
export const koreanErrors: Readonly<Record<string, string>> = {
  empty_question: '질문이 비어 있습니다. 한 글자 이상 입력해 주세요.',
  question_too_long: '질문이 너무 깁니다. 줄이거나 answer.maxQuestionCharacters 값을 올려 주세요.',
  body_too_large: '보낸 내용이 서버의 한도보다 큽니다. 나누어 보내 주세요.',
  invalid_name: '쓸 수 없는 이름입니다. 다른 이름을 써 주세요.',
  origin_refused:
    '다른 웹 페이지에서 온 요청이라 거절했습니다. 그 주소를 server.corsOrigins에 추가해 주세요.',
  model_not_found: '그런 모델이 없습니다. 다른 모델을 골라 주세요.',
  collection_not_found: '그런 컬렉션이 없습니다. 다른 컬렉션을 고르거나 먼저 만들어 주세요.',
  collection_exists: '같은 이름의 컬렉션이 이미 있습니다. 그것을 쓰거나 다른 이름을 써 주세요.',
  document_not_found: '이 컬렉션에 그런 문서가 없습니다. 지워졌거나 바뀌었을 수 있습니다.',
  file_unreadable: '파일을 읽지 못했습니다. 파일의 권한을 확인해 주세요.',
  file_too_large: '파일이 너무 큽니다. 나누거나 ingest.maxFileBytes 값을 올려 주세요.',
  file_type_unsupported:
    '지원하지 않는 형식입니다. Markdown, MDX, 텍스트, HTML, PDF, DOCX, CSV, TSV, JSON, NDJSON, 소스 코드를 올릴 수 있습니다.',
  file_malformed:
    '파일이 손상되었거나 이름과 내용이 다릅니다. 원래 프로그램에서 열어 다시 저장한 뒤 올려 주세요.',
  file_unsafe: '안전하지 않은 파일이라 받지 않았습니다.',
  path_outside_folder: '파일 이름에 “..”을 쓸 수 없습니다. 이름을 바꿔 다시 올려 주세요.',
  ingest_failed: '색인이 중간에 멈췄습니다. 저장된 것은 남아 있으니 다시 시도해 주세요.',
  ingest_out_of_memory: '색인에 메모리가 모자랍니다. ingest.memoryLimitMb 값을 올리거나 파일을 나눠 주세요.',
  storage_full: '디스크가 가득 찼습니다. 공간을 비우고 다시 시도해 주세요. 저장된 것은 잃지 않았습니다.',
  storage_read_only: '데이터 폴더에 쓸 수 없습니다. 서버의 쓰기 권한을 확인해 주세요.',
  storage_busy: '다른 프로그램이 데이터베이스를 쓰고 있습니다. 잠시 뒤 다시 시도해 주세요.',
  index_damaged: '검색 색인의 일부가 손상되어 다시 만들고 있습니다. 잠시 뒤 다시 시도해 주세요.',
  llm_failed:
    '모델 서버에서 문제가 생겼습니다. 다시 시도해 주세요. 모델 서버의 기록에 자세한 내용이 있습니다.',
  llm_unreachable:
    '모델 서버에 연결할 수 없습니다. 실행 중인지, 주소가 맞는지 확인하고 narae doctor를 실행해 보세요.',
  llm_timeout: '모델이 제때 응답하지 않았습니다. 다시 시도해 주세요.',
  llm_rejected: '모델 서버가 요청을 거절했습니다.',
  llm_unauthorized: '모델 서버가 키를 거절했습니다. OPENAI_API_KEY 또는 ANTHROPIC_API_KEY를 확인해 주세요.',
  llm_unavailable: '모델 서버가 거듭 실패해 잠시 쉬고 있습니다. 조금 뒤 다시 시도해 주세요.',
  thread_not_found: '그 대화가 없습니다. 지워졌을 수 있으니 새로 시작해 주세요.',
  thread_busy: '이 대화에서 답변이 이미 만들어지고 있습니다. 끝난 뒤에 다시 물어보세요.',
  thread_lease_lost: '다른 곳에서 이 대화를 이어 쓰고 있습니다. 대화를 다시 열고 시도해 주세요.',
  thread_record_unreadable: '이 대화의 한 부분을 읽을 수 없습니다. 나머지는 그대로 볼 수 있습니다.',
  run_not_found: '그 답변 실행을 찾을 수 없습니다. 시간이 지나 지워졌을 수 있습니다.',
  run_failed: '답변이 도중에 끊겼습니다. 대화는 그대로이니 다시 물어보세요.',
  stream_events_gone: '이어 받을 부분이 더는 남아 있지 않습니다. 대화를 다시 열면 완성된 답변이 있습니다.',
  redis_unavailable: '서버의 저장소(Redis)가 응답하지 않습니다. 잠시 뒤 다시 시도해 주세요.',
  llm_rate_limited: '모델 서버의 요청 한도에 걸렸습니다. 잠시 뒤 다시 시도해 주세요.',
  llm_stream_broken:
    '모델 서버가 답변을 끝내기 전에 연결을 끊었습니다. 위의 글은 완전한 답변이 아니니 다시 물어보세요.',
  llm_malformed:
    '모델 서버의 응답을 알아볼 수 없습니다. 기본 주소가 웹 페이지가 아닌 API를 가리키는지 확인해 주세요.',
  deadline_exceeded: '시간이 너무 오래 걸려 멈췄습니다. 다시 시도해 주세요.',
  overloaded: '서버가 바쁩니다. 잠시 뒤 다시 시도해 주세요.',
  closing: '서버가 종료되는 중입니다. 잠시 뒤 다시 시도해 주세요.',
  not_ready: '서버가 아직 준비 중입니다. 잠시 뒤 다시 시도해 주세요.',
  workers_failed: '서버의 작업 프로세스가 거듭 멈춥니다. 관리자에게 알려 주세요.',
  worker_failed: '서버의 작업이 예기치 않게 멈췄다가 다시 시작되었습니다. 다시 시도해 주세요.',
  internal: '나래 안에서 문제가 생겼습니다. 서버의 기록에서 요청 번호로 찾을 수 있습니다.',
};
